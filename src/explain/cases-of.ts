import type { Table } from '../base/index.ts';
import { describeRef, type ObjectRef } from '../contract/index.ts';
import type { Ir, Listener, Rehearsal, StreamListener } from '../ir/index.ts';
import type { Asked } from './asked.ts';
import type { Case } from './case.ts';
import { type DataPlane, isSame, type Known } from './known.ts';
import { gatewayOf } from './names.ts';
import { placesFor, type PlaceToAsk } from './places.ts';

type Detail = 'all' | 'outcome';

/** What becomes of a request at each Gateway that it could mean, the one that serves it best first. */
export function casesOf(asked: Asked, known: Known, plane: DataPlane, detail: Detail = 'all'): Case[] { // oxlint-disable-line max-params -- the last has a default.
  const cases = placesFor(known.ir, asked).map((place): Case => ({ asked, place, rehearsal: rehearseAt({ asked, place, detail }, known, plane) }));
  return cases.toSorted((a, b) => rank(b.rehearsal) - rank(a.rehearsal));
}

/** A request at one place. */
export interface Ask {
  readonly asked: Asked;
  readonly place: PlaceToAsk;
  readonly detail: Detail;
}

/** What becomes of a request at one place. */
export function rehearseAt({ asked, place, detail }: Ask, known: Known, plane: DataPlane): Rehearsal {
  const ir = irOf(known.ir, place);
  if (asked.kind === 'connection') return plane.rehearseConnection(ir, place.socket, { serverName: asked.serverName });
  const streams = place.listeners.filter((it) => !isRequests(it)).length;
  if (streams > 0 && (asked.scheme === 'https' || streams === place.listeners.length)) {
    // Where a port has both, the server name decides which of them a connection meets.
    const carried = plane.rehearseConnection(ir, place.socket, { serverName: asked.request.serverName });
    if (carried.outcome.kind !== 'closed' || carried.outcome.cause !== 'carries-requests') return carried;
  }
  if (asked.scheme !== protocolOf(place)) return { socket: place.socket, candidates: [], outcome: { kind: 'closed', cause: 'wrong-scheme' } };
  return plane.rehearse(ir, place.socket, asked.request, detail);
}

function isRequests({ protocol }: Listener | StreamListener): boolean {
  return protocol === 'http' || protocol === 'https';
}

/** What is spoken at a place. */
export function protocolOf({ listeners }: PlaceToAsk): string {
  return listeners.find(isRequests)?.protocol ?? listeners[0]?.protocol ?? '';
}

/** A route is better than a listener, and a listener better than nothing. */
function rank({ route, listener, outcome }: Rehearsal): number {
  return (route === undefined ? 0 : 4) + (listener === undefined ? 0 : 2) + (outcome.kind === 'closed' && outcome.cause === 'wrong-scheme' ? 0 : 1);
}

/** Parts of a configuration that were asked about, by Gateway. */
const parts = new WeakMap<Ir, Map<string, Ir>>();

/** In a cluster each Gateway has pods of its own, and all of them bind the same ports of every address: what one serves is not the others' business. */
function irOf(ir: Ir, { socket, gateway }: PlaceToAsk): Ir {
  const { address = '' } = ir.sockets[socket] ?? {};
  if (address !== '0.0.0.0' && address !== '::') return ir;
  const known = parts.get(ir) ?? new Map<string, Ir>();
  parts.set(ir, known);
  const made = known.get(describeRef(gateway)) ?? partOf(ir, gateway);
  known.set(describeRef(gateway), made);
  return made;
}

function partOf({ listeners, streamListeners, ...rest }: Ir, gateway: ObjectRef): Ir {
  const own = <T extends Listener | StreamListener>(table: Table<T>): Table<T> => Object.fromEntries(Object.entries(table).filter(([, { origin }]) => isSame(gatewayOf(origin), gateway)));
  return { ...rest, listeners: own(listeners), ...(streamListeners === undefined ? {} : { streamListeners: own(streamListeners) }) };
}
