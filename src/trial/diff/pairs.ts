import type { PlaceToAsk } from '../../explain/index.ts';
import type { Scheme } from './requests.ts';
import type { Side } from './side.ts';

/** A Gateway of one side and what it is on the other; one of them may be absent. */
export interface GatewayPair {
  readonly before?: string;
  readonly after?: string;
}

/** A port of such a pair, as requests of one scheme meet it. */
export interface PlacePair {
  readonly gateways: GatewayPair;
  readonly scheme: Scheme;
  readonly before?: PlaceToAsk;
  readonly after?: PlaceToAsk;
}

/** Which Gateway is which: by name, and of the others those that have the same listeners moved. */
export function pairGateways(a: Side, b: Side): GatewayPair[] {
  const [gone, come] = [[...a.places.keys()].filter((it) => !b.places.has(it)), new Set([...b.places.keys()].filter((it) => !a.places.has(it)))];
  const kept = [...a.places.keys()].filter((it) => b.places.has(it)).map((key): GatewayPair => ({ before: key, after: key }));
  const moved = gone.map((before): GatewayPair => {
    const found = [...come].map((after) => ({ after, alike: likeness(a, before, b, after) })).filter(({ alike }) => alike > 0).sort((x, y) => y.alike - x.alike)[0];
    if (found === undefined) return { before };
    come.delete(found.after);
    return { before, after: found.after };
  });
  return [...kept, ...moved, ...[...come].map((after): GatewayPair => ({ after }))];
}

/** How much two Gateways have in common; 0 where they have other listeners, or no route in common. */
function likeness(a: Side, before: string, b: Side, after: string): number { // oxlint-disable-line max-params -- two things of two sides.
  const listeners = (side: Side, key: string): string[] => (side.places.get(key) ?? []).flatMap((place) => place.listeners.map(({ protocol, hostname, port }) => `${protocol} ${hostname} ${port}`));
  const [of, other] = [listeners(a, before), new Set(listeners(b, after))];
  const shared = of.filter((it) => other.has(it)).length;
  const routes = new Set(routesAt(a, before));
  const common = routesAt(b, after).filter((it) => routes.has(it)).length;
  if (shared === 0 || (common === 0 && routes.size > 0)) return 0;
  return shared + common + (before.split('/')[1] === after.split('/')[1] ? 0.5 : 0);
}

function routesAt({ known: { ir }, places }: Side, gateway: string): string[] {
  const keys = (places.get(gateway) ?? []).flatMap(({ listeners }) => listeners.flatMap(({ hosts }) => hosts.flatMap((it) => ('routes' in it ? it.routes : [it.route]))));
  return [...new Set(keys.flatMap((key) => {
    const origin = (ir.routes[key] ?? ir.streamRoutes?.[key])?.origin;
    return origin === undefined ? [] : [`${origin.kind}/${origin.name}`];
  }))];
}

/** The ports of a pair of Gateways: by number, and of the others those whose listeners have the same names moved. */
export function pairPlaces(a: Side, b: Side, gateways: GatewayPair): PlacePair[] {
  const [before, after] = [placesAt(a, gateways.before), placesAt(b, gateways.after)];
  const twins = new Map(before.map((it) => [it, after.find((other) => keyOf(other) === keyOf(it))]));
  const come = new Set(after.filter((it) => !before.some((other) => keyOf(other) === keyOf(it))));
  for (const it of before.filter((one) => twins.get(one) === undefined)) {
    const moved = [...come].find((other) => familyOf(other) === familyOf(it) && sections(other).some((name) => sections(it).includes(name)));
    if (moved === undefined) continue;
    twins.set(it, moved);
    come.delete(moved);
  }
  return [
    ...[...twins].flatMap(([it, other]) => schemesOf(it, other).map((scheme): PlacePair => ({ gateways, scheme, before: it, ...(other === undefined ? {} : { after: other }) }))),
    ...[...come].flatMap((it) => schemesOf(it).map((scheme): PlacePair => ({ gateways, scheme, after: it }))),
  ];
}

function placesAt({ places }: Side, gateway: string | undefined): readonly PlaceToAsk[] {
  return gateway === undefined ? [] : places.get(gateway) ?? [];
}

/** A port with what is spoken there: plain requests, something under TLS, or bare bytes. */
function keyOf(place: PlaceToAsk): string {
  return `${familyOf(place)} ${place.listeners[0]?.port ?? 0}`;
}

function familyOf({ listeners }: PlaceToAsk): string {
  return families[listeners[0]?.protocol ?? 'tcp'];
}

const families = { http: 'plain', https: 'secure', passthrough: 'secure', terminate: 'secure', tcp: 'tcp', udp: 'udp' } as const;

function sections({ listeners }: PlaceToAsk): string[] {
  return listeners.flatMap(({ origin }) => origin.section ?? []);
}

const schemeOf = { http: 'http', https: 'https', tcp: 'tcp', udp: 'udp', passthrough: 'tls', terminate: 'tls' } as const;

/** What clients may speak at one place or the other. */
function schemesOf(...places: readonly (PlaceToAsk | undefined)[]): Scheme[] {
  return [...new Set(places.flatMap((it) => it?.listeners ?? []).map(({ protocol }) => schemeOf[protocol]))];
}
