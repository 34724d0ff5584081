import type { Listener, Rehearsal, StreamListener } from '../ir/index.ts';
import type { Asked } from './asked.ts';
import type { Case } from './case.ts';
import type { DataPlane, Known } from './known.ts';
import { placesFor, type PlaceToAsk } from './places.ts';

type Detail = 'all' | 'outcome';

/** What becomes of a request at each Gateway that it could mean, the one that serves it best first. */
export function casesOf(asked: Asked, known: Known, plane: DataPlane, detail: Detail = 'all'): Case[] { // oxlint-disable-line max-params -- the last has a default.
  const cases = placesFor(known.ir, asked).map((place): Case => ({ asked, place, rehearsal: rehearseAt({ asked, place, detail }, known, plane) }));
  return cases.toSorted((a, b) => rank(b.rehearsal) - rank(a.rehearsal));
}

interface Ask {
  readonly asked: Asked;
  readonly place: PlaceToAsk;
  readonly detail: Detail;
}

function rehearseAt({ asked, place, detail }: Ask, { ir }: Known, plane: DataPlane): Rehearsal {
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
