import type { BackendNode, EndpointNode, GatewayNode, ListenerNode, RouteNode } from '../attach/index.ts';
import type { ObjectRef } from '../contract/index.ts';
import type { Match } from '../ir/index.ts';
import { routeMatches } from '../lower/index.ts';
import { gatewayProgrammed, listenerProgrammed } from '../status/index.ts';
import { type InForce, objectKey, statesByObject } from './in-force.ts';
import { type State, worst } from './state.ts';

/** The columns of the map, in the direction of the traffic. */
export const laneNames = ['gateways', 'listeners', 'routes', 'rules', 'services', 'endpoints'] as const;
export type LaneName = (typeof laneNames)[number];

/** One box of the map. */
export interface MapRow {
  readonly key: string;
  readonly title: string;
  /** What it is, in a few words. */
  readonly words: string;
  readonly state: State;
  /** Keys of the boxes of the next lane that traffic goes to. */
  readonly to: readonly string[];
  /** Keys of the boxes of the lane before that lead to it; known where a part of the map is sent. */
  readonly from?: readonly string[];
  /** Where its answer to "why" is: KIND/NAMESPACE/NAME. */
  readonly object: string;
}

/** The whole map. It is built once for a configuration, and sent in parts. */
export interface TrafficMap {
  readonly lanes: Readonly<Record<LaneName, readonly MapRow[]>>;
  readonly byKey: ReadonlyMap<string, MapRow>;
  /** Keys of the boxes of the lane before that lead to a box. */
  readonly back: ReadonlyMap<string, readonly string[]>;
}

/** Gateway → listener → route → rule → Service → endpoint. */
export function trafficMap(inForce: InForce): TrafficMap {
  const { graph } = inForce;
  const states = statesByObject(inForce.findings);
  const routesOf = routesByListener(graph.routes);
  const gateways = [...graph.gateways.values()];
  const usedBackends = [...graph.backends.values()];
  const dead = new Set(usedBackends.filter(({ endpoints, tls }) => tls === 'refused' || !endpoints.some((it) => it.ready)).map(({ key }) => key));
  const lanes = {
    gateways: gateways.map((it) => gatewayRow(it, inForce, states)),
    listeners: gateways.flatMap(({ listeners }) => listeners.map((it) => listenerRow(it, inForce, routesOf.get(it.key) ?? []))),
    routes: [...graph.routes.map((it) => routeRow(it, states)), ...lostRoutes(inForce, states)],
    rules: graph.routes.flatMap((it) => ruleRows(it, dead)),
    services: usedBackends.map((it) => serviceRow(it, states)),
    endpoints: usedBackends.flatMap((it) => it.endpoints.map((endpoint) => endpointRow(endpoint, it))),
  };
  const rows = laneNames.flatMap((name): readonly MapRow[] => lanes[name]);
  return { lanes, byKey: new Map(rows.map((it) => [it.key, it])), back: backwards(rows) };
}

function backwards(rows: readonly MapRow[]): Map<string, string[]> {
  const back = new Map<string, string[]>();
  for (const { key, to } of rows) {
    for (const next of to) {
      const known = back.get(next);
      if (known === undefined) back.set(next, [key]);
      else known.push(key);
    }
  }
  return back;
}

function routesByListener(routes: readonly RouteNode[]): Map<string, string[]> {
  const found = new Map<string, Set<string>>();
  for (const node of routes) {
    for (const { listener } of node.parents.flatMap(({ accepted, attachments }) => (accepted.ok ? attachments : []))) {
      const keys = found.get(listener.key) ?? new Set();
      found.set(listener.key, keys.add(objectKey(node.ref)));
    }
  }
  return new Map([...found].map(([key, keys]) => [key, [...keys]]));
}

function gatewayRow(node: GatewayNode, { placement, report }: InForce, states: ReadonlyMap<string, State>): MapRow {
  const place = placement.get(node.gateway.key);
  const programmed = gatewayProgrammed(node, place, report);
  const key = objectKey(node.ref);
  return {
    key, object: key, title: node.ref.name, to: node.listeners.map((it) => it.key),
    words: joined(node.ref.namespace, place === undefined || place.addresses.length === 0 ? 'no address' : place.addresses.map(({ value }) => value).join(', ')),
    state: worst([programmed.ok ? 'good' : 'bad', states.get(key) ?? 'good']),
  };
}

function listenerRow(node: ListenerNode, { report }: InForce, routes: readonly string[]): MapRow {
  const { key, name, owner, gateway, protocol, port, hostname, resolvedRefs } = node;
  const programmed = listenerProgrammed(node, report);
  return {
    key, object: owner.kind === 'Gateway' ? `listener/${gateway}/${name}` : objectKey(owner),
    title: owner.kind === 'Gateway' ? name : `${name} (${owner.name})`, words: joined(`${protocol} ${port}`, hostname === '' ? 'every host' : hostname),
    state: worst([programmed.ok ? 'good' : 'bad', resolvedRefs.ok ? 'good' : 'bad', routes.length === 0 ? 'warning' : 'good']), to: routes,
  };
}

function routeRow({ ref, kind, route, rules, parents }: RouteNode, states: ReadonlyMap<string, State>): MapRow {
  const key = objectKey(ref);
  const hostnames = 'hostnames' in route.object.spec ? route.object.spec.hostnames ?? [] : [];
  const isAttached = parents.some(({ accepted, attachments }) => accepted.ok && attachments.length > 0);
  return {
    key, object: key, title: ref.name, to: rules.map(({ index }) => ruleKey(key, index)),
    words: joined(ref.namespace, kind === 'HTTPRoute' ? '' : kind.replace('Route', ''), hostnames.length === 0 ? 'every host' : hostnames.join(', ')),
    state: isAttached ? states.get(key) ?? 'good' : 'bad',
  };
}

/** Routes that name no parent of ours by mistake are boxes without a line. */
function lostRoutes({ model, graph }: InForce, states: ReadonlyMap<string, State>): MapRow[] {
  const joined = new Set(graph.routes.map(({ ref }) => objectKey(ref)));
  const all = [model.objects.HTTPRoute, model.objects.GRPCRoute, model.objects.TLSRoute, model.objects.TCPRoute, model.objects.UDPRoute].flatMap((it): readonly { readonly ref: ObjectRef }[] => [...it.values()]);
  return all.flatMap(({ ref }) => {
    const key = objectKey(ref);
    return joined.has(key) || states.get(key) !== 'bad' ? [] : [{ key, object: key, title: ref.name, words: `${ref.namespace} · attached to nothing`, state: 'bad' as const, to: [] }];
  });
}

function ruleKey(route: string, index: number): string {
  return `${route}/rules/${index}`;
}

function ruleRows(node: RouteNode, dead: ReadonlySet<string>): MapRow[] {
  const route = objectKey(node.ref);
  const isHttp = node.kind === 'HTTPRoute' || node.kind === 'GRPCRoute';
  const matches = isHttp ? routeMatches(node) : [];
  const specs = (node.route.object.spec.rules ?? []) as readonly RuleSpec[];
  return node.rules.map(({ index, invalid, unresolved, backends, mirrors = [], auths = [] }) => {
    const own = matches.filter(({ rule }) => rule === index);
    const [first] = own;
    const title = first === undefined ? isHttp ? 'every request' : 'everything' : shortMatch(first.match);
    const isDead = backends.map(({ problem, backend = '' }) => problem !== undefined || dead.has(backend));
    const isBad = invalid !== undefined || unresolved !== undefined || (isDead.length > 0 && !isDead.includes(false));
    return {
      key: ruleKey(route, index), object: route, title: own.length > 1 ? `${title}, +${own.length - 1}` : title, words: ruleWords(specs[index], backends.length),
      state: isBad ? 'bad' : isDead.includes(true) ? 'warning' : 'good',
      to: [...new Set([...backends.filter(({ weight }) => weight > 0), ...mirrors, ...auths].flatMap(({ backend }) => backend ?? []))],
    };
  });
}

interface RuleSpec {
  readonly name?: string;
  readonly filters?: readonly { readonly type: string }[];
}

function ruleWords({ name, filters = [] }: RuleSpec = {}, backends: number): string {
  const shares = backends > 1 ? [`${backends} backends`] : [];
  return joined(name ?? '', ...filters.map(({ type }) => filterWords[type] ?? type), ...shares);
}

/** `/cart/… GET +1`: what fits into a box. */
function shortMatch({ path: { kind, value }, method, headers = [], query = [] }: Match): string {
  const path = kind === 'exact' ? value : kind === 'regex' ? `~ ${value}` : value === '' ? 'every path' : `${value}/…`;
  const more = headers.length + query.length;
  return [path, ...(method === undefined ? [] : [method]), ...(more === 0 ? [] : [`+${more}`])].join(' ');
}

function joined(...words: readonly string[]): string {
  return words.filter((it) => it !== '').join(' · ');
}

const filterWords: Readonly<Record<string, string>> = {
  RequestHeaderModifier: 'request headers', ResponseHeaderModifier: 'answer headers', RequestRedirect: 'redirects', URLRewrite: 'rewrites', RequestMirror: 'mirrors', CORS: 'CORS', ExternalAuth: 'asks an authorizer',
};

function serviceRow({ key, service, port, protocol, endpoints, tls }: BackendNode, states: ReadonlyMap<string, State>): MapRow {
  const ready = endpoints.filter((it) => it.ready).length;
  const how = tls === 'refused' ? 'TLS that cannot be set up' : tls === undefined ? protocolWords[protocol] : `${protocolWords[protocol]} over TLS`;
  return {
    key, object: objectKey(service), title: `${service.name}:${port}`, words: joined(service.namespace, how, `${ready} of ${endpoints.length} ready`),
    state: worst([ready === 0 || tls === 'refused' ? 'bad' : ready < endpoints.length ? 'warning' : 'good', states.get(objectKey(service)) ?? 'good']),
    to: endpoints.map((it) => endpointKey(key, it)),
  };
}

const protocolWords: Readonly<Record<BackendNode['protocol'], string>> = { http1: 'HTTP', h2c: 'HTTP/2', websocket: 'WebSocket', tcp: 'TCP', udp: 'UDP' };

function endpointKey(backend: string, { address, port }: EndpointNode): string {
  return `${backend}@${address}:${port}`;
}

function endpointRow(endpoint: EndpointNode, { key, service }: BackendNode): MapRow {
  const { address, port, name, ready, draining } = endpoint;
  const place = `${address.includes(':') ? `[${address}]` : address}:${port}`;
  return {
    key: endpointKey(key, endpoint), object: objectKey(service), title: name ?? place, words: joined(name === undefined ? '' : place, ready ? '' : draining === true ? 'draining' : 'not ready') || 'ready', state: ready ? 'good' : draining === true ? 'warning' : 'bad', to: [],
  };
}
