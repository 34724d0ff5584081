import { perObject } from '../../base/index.ts';
import type { ObjectRef } from '../../contract/index.ts';
import { allPlaces, type DataPlane, type Known, type Meaning, type PlaceToAsk } from '../../explain/index.ts';
import type { ClientValidation, HostRoutes, Ir, Listener, Match, Route, RouteKey, SocketKey, StreamHost, StreamListener } from '../../ir/index.ts';
import { Content } from './content.ts';
import { hostnamesCovering, mostSpecific } from './hosts.ts';

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
  return { known: open, content: new Content(known), places, plane, validations: validationsOf(known.ir) };
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
  /** The match as text; equal text asks for the same. */
  readonly text: string;
  /** What is done with what meets it; equal text: the same. */
  readonly action: string;
  /** Origins that its cross-origin rules name; empty where it has none. */
  readonly origins: readonly string[];
}

/** What a place has for one host. */
export interface HostView {
  /** In order of precedence. */
  readonly entries: readonly Entry[];
  /** What the listener does with what comes in; absent where there is none. */
  readonly does?: 'read requests' | 'carry bytes';
  /** The listener without its routes. */
  readonly frame: string;
  /** Equal text: the same is done with every request for the host. */
  readonly content: string;
}

/** The routes at a place that have to do with requests for a host. */
export function viewOf({ known: { ir }, content }: Side, place: PlaceToAsk | undefined, host: string): HostView {
  const listener = mostSpecific<AnyListener>(place?.listeners ?? [], host);
  if (listener === undefined) return { entries: [], frame: '', content: '' };
  const keys = hostsCovering(listener, host).flatMap(routesOf);
  const frame = content.listener(listener);
  const texts = keys.map((key) => {
    const [route, stream] = [ir.routes[key], ir.streamRoutes?.[key]];
    return route !== undefined ? content.route(route) : stream === undefined ? '' : content.streamRoute(stream);
  });
  const does = listener.protocol === 'http' || listener.protocol === 'https' ? 'read requests' : 'carry bytes';
  return { does, entries: keys.flatMap((key) => entryOf(key, ir.routes[key], content)), frame, content: [frame, ...texts].join('\n') };
}

type AnyListener = Listener | StreamListener;
type Host = HostRoutes | StreamHost;

const byHostname = perObject((listener: AnyListener) => Map.groupBy(listener.hosts.map((entry: Host, place) => ({ entry, place })), ({ entry }) => entry.hostname));

/** The hosts of a listener that cover a host, in its order: as quick with many as with few. */
function hostsCovering(listener: AnyListener, host: string): Host[] {
  const known = byHostname(listener);
  return hostnamesCovering(host).flatMap((it) => known.get(it) ?? []).sort((a, b) => a.place - b.place).map(({ entry }) => entry);
}

function entryOf(key: RouteKey, route: Route | undefined, content: Content): Entry[] {
  return route === undefined ? [] : [{ key, match: route.match, text: JSON.stringify(route.match), action: content.action(route), origins: originsOf(route) }];
}

function originsOf({ action }: Route): string[] {
  if (action.kind === 'respond') return [];
  const filters = action.kind === 'forward' ? [...action.filters, ...action.targets.flatMap((it) => it.filters)] : action.filters;
  return filters.flatMap((it) => (it.kind === 'cors' ? it.origins : []));
}

function routesOf(entry: Host): readonly RouteKey[] {
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
