/** What of Envoy's configuration a person wants to see, each with the object that it comes from. */
export interface ConfigRow {
  readonly kind: 'listener' | 'route' | 'cluster' | 'secret';
  readonly name: string;
  /** The object and the place in it, in words; `''` where nobody made it. */
  readonly from: string;
  /** What it does, in a few words. */
  readonly what: string;
}

/** Envoy's `/config_dump?include_eds` (envoy.admin.v3.ConfigDump), as far as it is read. */
export interface ConfigDump {
  readonly configs: readonly ({ readonly '@type': string } & Sections)[];
}

interface Sections {
  readonly dynamic_listeners?: readonly { readonly name: string; readonly active_state?: { readonly listener: ListenerConfig }; readonly error_state?: { readonly details?: string } }[];
  readonly dynamic_route_configs?: readonly { readonly route_config: RouteConfig }[];
  readonly dynamic_active_clusters?: readonly { readonly cluster: { readonly name: string; readonly type?: string } }[];
  readonly dynamic_endpoint_configs?: readonly { readonly endpoint_config: EndpointConfig }[];
  readonly dynamic_active_secrets?: readonly { readonly name: string }[];
}

interface ListenerConfig {
  readonly address?: { readonly socket_address?: { readonly address: string; readonly port_value: number; readonly protocol?: string } };
}

interface RouteConfig {
  readonly name: string;
  readonly virtual_hosts?: readonly { readonly domains?: readonly string[]; readonly routes?: readonly RouteEntry[] }[];
}

interface RouteEntry {
  readonly name?: string;
  readonly match?: { readonly prefix?: string; readonly path?: string; readonly path_separated_prefix?: string; readonly safe_regex?: { readonly regex: string } };
  readonly route?: { readonly cluster?: string; readonly weighted_clusters?: { readonly clusters: readonly { readonly name: string; readonly weight?: number }[] } };
  readonly redirect?: object;
  readonly direct_response?: { readonly status: number };
}

interface EndpointConfig {
  readonly cluster_name: string;
  readonly endpoints?: readonly { readonly lb_endpoints?: readonly { readonly endpoint?: { readonly address?: ListenerConfig['address'] } }[] }[];
}

/** The rows of a dump, listeners first. */
export function configRows({ configs }: ConfigDump): ConfigRow[] {
  const all = <K extends keyof Sections>(key: K): NonNullable<Sections[K]>[number][] => configs.flatMap((it) => (it[key] ?? []) as NonNullable<Sections[K]>[number][]);
  const endpoints = new Map(all('dynamic_endpoint_configs').map(({ endpoint_config: it }) => [it.cluster_name, placesOf(it)]));
  return [
    ...all('dynamic_listeners').map((it): ConfigRow => ({ kind: 'listener', name: it.name, from: originOf(it.name), what: [placeText(it.active_state?.listener.address), it.error_state?.details].filter((one) => one !== undefined).join('; refused: ') })),
    ...all('dynamic_route_configs').flatMap(({ route_config: it }) => routeRows(it)),
    ...all('dynamic_active_clusters').map(({ cluster: { name, type = '' } }): ConfigRow => ({ kind: 'cluster', name, from: originOf(name), what: (endpoints.get(name) ?? [type.toLowerCase()]).join(' ') || 'no endpoint' })),
    ...all('dynamic_active_secrets').map(({ name }): ConfigRow => ({ kind: 'secret', name, from: originOf(name), what: '' })),
  ];
}

function routeRows({ virtual_hosts: hosts = [] }: RouteConfig): ConfigRow[] {
  return hosts.flatMap(({ domains = [], routes = [] }) => routes.map((it): ConfigRow => ({ kind: 'route', name: it.name ?? '', from: originOf(it.name ?? ''), what: `${domains.join(',')} ${matchText(it)} → ${actionText(it)}` })));
}

function matchText({ match = {} }: RouteEntry): string {
  return match.path ?? match.safe_regex?.regex ?? `${match.path_separated_prefix ?? match.prefix ?? ''}*`;
}

function actionText({ route, redirect, direct_response: answer }: RouteEntry): string {
  if (answer !== undefined) return `answer ${answer.status}`;
  if (redirect !== undefined) return 'redirect';
  return route?.cluster ?? route?.weighted_clusters?.clusters.map((it) => `${it.name} (${it.weight ?? 0})`).join(', ') ?? 'nothing';
}

function placesOf({ endpoints = [] }: EndpointConfig): string[] {
  return endpoints.flatMap((it) => it.lb_endpoints ?? []).map((it) => placeText(it.endpoint?.address) ?? '').filter((it) => it !== '');
}

function placeText(address: ListenerConfig['address']): string | undefined {
  const place = address?.socket_address;
  return place === undefined ? undefined : `${place.address}:${place.port_value}${place.protocol === 'UDP' ? '/udp' : ''}`;
}

/** Of the kinds that keys begin with. */
const kinds = new Map(Object.entries({
  gateway: 'Gateway', listenerset: 'ListenerSet', httproute: 'HTTPRoute', grpcroute: 'GRPCRoute', tlsroute: 'TLSRoute', tcproute: 'TCPRoute', udproute: 'UDPRoute',
  service: 'Service', xbackend: 'XBackend', secret: 'Secret',
}));

/** The object whose key a name begins with, and the place in it; `''` where it begins with none. */
export function originOf(name: string): string {
  const [kind = '', namespace, object, ...more] = name.split('/');
  const known = kinds.get(kind);
  if (known === undefined || object === undefined) return '';
  const rest = more.filter((it, index) => !(it === 'target' || more[index - 1] === 'target'));
  const place = known.endsWith('Route') && rest.length >= 2 ? ` rules[${rest[0]}].matches[${rest[1]}]` : known === 'Service' || known === 'XBackend' ? ` port ${rest[0] ?? ''}` : rest.length > 0 ? ` ${rest.join('/')}` : '';
  return `${known} ${namespace}/${object}${place}`;
}
