import type { ObjectRef } from '../../contract/index.ts';
import { allPlaces, type DataPlane, type Known, type Meaning, type PlaceToAsk } from '../../explain/index.ts';
import type { ClientValidation, HostRoutes, Ir, Listener, Match, RouteKey, SocketKey, StreamHost, StreamListener } from '../../ir/index.ts';
import { Content } from './content.ts';
import { covers } from './hosts.ts';

/** One of the two configurations that are compared. */
export interface Side {
  /** With every client let in. */
  readonly known: Known & { readonly meaning: Meaning };
  readonly content: Content;
  /** By Gateway, `namespace/name`. */
  readonly places: ReadonlyMap<string, readonly PlaceToAsk[]>;
  readonly plane: DataPlane;
  /** How clients must prove who they are, by socket. */
  readonly validations: ReadonlyMap<SocketKey, ClientValidation>;
}

export function sideOf(known: Known & { readonly meaning: Meaning }, plane: DataPlane): Side {
  const open = { ...known, ir: openIr(known.ir) };
  const places = new Map<string, PlaceToAsk[]>();
  for (const place of allPlaces(open.ir)) {
    const key = keyOfGateway(place.gateway);
    places.set(key, [...places.get(key) ?? [], place]);
  }
  return { known: open, content: new Content(known.ir, known.assumed), places, plane, validations: validationsOf(known.ir) };
}

/** No certificate of a client can be made up, so all clients are let in; whom a place really lets in is compared apart. */
function openIr(ir: Ir): Ir {
  const all = Object.entries(ir.listeners);
  if (all.every(([, { clientValidation }]) => clientValidation === undefined)) return ir;
  return { ...ir, listeners: Object.fromEntries(all.map(([key, listener]) => [key, withoutValidation(listener)])) };
}

function withoutValidation(listener: Listener): Listener {
  const { clientValidation: _, ...open } = listener;
  return open;
}

function validationsOf({ listeners }: Ir): ReadonlyMap<SocketKey, ClientValidation> {
  return new Map(Object.values(listeners).flatMap(({ socket, clientValidation }) => (clientValidation === undefined ? [] : [[socket, clientValidation] as const])));
}

export function keyOfGateway({ namespace, name }: ObjectRef): string {
  return `${namespace}/${name}`;
}

/** A match that a request for some host could meet, with its route. */
export interface Entry {
  readonly key: RouteKey;
  readonly match: Match;
}

/** What a place has for one host. */
export interface HostView {
  /** In order of precedence where one listener has the host. */
  readonly entries: readonly Entry[];
  readonly listeners: number;
  /** Equal text: the same is done with every request for the host. */
  readonly content: string;
}

/** Everything at a place that could have to do with requests for a host. */
export function viewOf({ known: { ir }, content }: Side, place: PlaceToAsk | undefined, host: string): HostView {
  const listeners = (place?.listeners ?? []).filter(({ hostname }) => covers(hostname, host));
  const entries: Entry[] = [];
  const texts: string[] = [];
  for (const listener of listeners) {
    texts.push(`listener ${content.listener(listener)}`);
    for (const entry of listener.hosts) {
      if (!covers(entry.hostname, host)) continue;
      texts.push(`host ${entry.hostname}`);
      for (const key of routesOf(entry)) {
        const route = ir.routes[key];
        const stream = ir.streamRoutes?.[key];
        if (route !== undefined) entries.push({ key, match: route.match });
        texts.push(route !== undefined ? content.route(route) : stream === undefined ? '' : content.streamRoute(stream));
      }
    }
  }
  return { entries, listeners: listeners.length, content: texts.join('\n') };
}

function routesOf(entry: HostRoutes | StreamHost): readonly RouteKey[] {
  return 'routes' in entry ? entry.routes : [entry.route];
}

/** Every hostname that a place knows. */
export function hostnamesOf(place: PlaceToAsk | undefined): string[] {
  return (place?.listeners ?? []).flatMap((it: Listener | StreamListener) => [it.hostname, ...it.hosts.map(({ hostname }) => hostname)]);
}

/** The DNS names of every certificate of a place. */
export function certificateNamesOf({ known: { ir } }: Side, place: PlaceToAsk | undefined): string[] {
  return (place?.listeners ?? []).flatMap(({ certificates = [] }) => certificates.flatMap((key) => ir.certificates[key]?.names ?? []));
}
