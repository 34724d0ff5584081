import type { Made } from '../nginx/servers.ts';
import { backendPolicies } from './backend-tls.ts';
import type { Context } from './context.ts';
import { type ClientAuthority, clientAuthorityOf } from './frontend-tls.ts';
import { type Crossing, grantsOf } from './grants.ts';
import { slugOf } from './names.ts';
import { defined, gatewayApi, type MadeObject, type Manifest } from './object.ts';
import type { Piece, Side } from './piece.ts';
import { allNames, plansOf, type SecretRef, type ServerPlan } from './plan.ts';
import { type Parent, type RouteDraft, routesOf } from './routes.ts';
import { passthroughOf } from './passthrough.ts';

export interface GatewayChoice {
  readonly name: string;
  readonly namespace: string;
  readonly className: string;
  readonly defaultCertificate?: SecretRef;
}

/** A listener on its way. */
export interface ListenerDraft {
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS' | 'TLS';
  /** `''`: every host. */
  readonly hostname: string;
  readonly secret?: SecretRef;
  readonly because: string;
}

/** As many as a Gateway or a ListenerSet takes. */
const mostListeners = 64;

/** The Gateway of servers, with all that belongs to it, ready to be sorted and written. Listeners beyond what a Gateway takes are in ListenerSets. */
export function gatewayOf(made: Made, choice: GatewayChoice, context: Context): MadeObject[] {
  const authority = clientAuthorityOf(made.servers, context);
  const plans = plansOf(made.servers, context, choice.defaultCertificate);
  const listeners = distinct(plans.flatMap(listenersOf));
  if (listeners.length === 0) return [];
  const groups = Array.from({ length: Math.ceil(listeners.length / mostListeners) }, (_, index) => listeners.slice(index * mostListeners, (index + 1) * mostListeners));
  const parentOf = parentsIn(groups, choice);
  const drafts = plans.flatMap((plan) => draftsOf(plan, parentOf));
  const streams = plans.flatMap((plan) => passthroughOf(plan, parentOf(`tls-${slugOf(plan.server.host)}`), context));
  const routes = [...routesOf(drafts.map((it) => homed(it, choice))), ...streams];
  const namespaces = [...new Set(routes.map(({ object }) => object.metadata.namespace ?? ''))].toSorted();
  const whole = { choice, authority, namespaces, annotations: annotationsOf(plans), hasSets: groups.length > 1 };
  const holders = groups.map((group, index) => (index === 0 ? gatewayWith(group, whole) : setWith(group, whole, nameOfSet(choice, index))));
  return [...holders, ...routes, ...backendPolicies(plans, context), ...grantsOf(crossings({ groups, routes, choice, authority }))];
}

type ParentOf = (section: string) => Parent;

/** Who holds a listener, as routes name it; a single listener of a Gateway need not be named. */
function parentsIn(groups: readonly (readonly ListenerDraft[])[], choice: GatewayChoice): ParentOf {
  const isOnly = groups.flat().length === 1;
  const holders = new Map(groups.flatMap((group, index) => group.map(({ name }) => [name, index] as const)));
  return (section) => {
    const index = holders.get(section) ?? 0;
    const holder = index === 0 ? { name: choice.name } : { group: 'gateway.networking.k8s.io', kind: 'ListenerSet' as const, name: nameOfSet(choice, index) };
    return { ...holder, namespace: choice.namespace, ...(isOnly ? {} : { sectionName: section }) };
  };
}

function nameOfSet({ name }: GatewayChoice, index: number): string {
  return `${name}-${index + 1}`;
}

function distinct(listeners: readonly ListenerDraft[]): ListenerDraft[] {
  const order = { HTTP: 0, HTTPS: 1, TLS: 2 } as const;
  return [...new Map(listeners.map((it) => [it.name, it])).values()].toSorted((a, b) => order[a.protocol] - order[b.protocol] || (a.hostname < b.hostname ? -1 : 1));
}

function listenersOf(plan: ServerPlan): ListenerDraft[] {
  const { server, secrets } = plan;
  const because = 'of its own, since a more general host would take what this one does not have';
  const http = allNames(plan).map((host): ListenerDraft => {
    const own = plan.apart.has(host) ? { hostname: host, because } : { hostname: '', because: '' };
    return { name: httpName(plan, host), protocol: 'HTTP', ...own };
  });
  const https = server.isPassthrough ? [] : [...secrets].map(([host, secret]): ListenerDraft => ({ name: `https-${slugOf(host)}`, protocol: 'HTTPS', hostname: host, secret, because: '' }));
  const tls = server.isPassthrough ? [{ name: `tls-${slugOf(server.host)}`, protocol: 'TLS' as const, hostname: server.host, because: 'ssl-passthrough' }] : [];
  return [...http, ...https, ...tls];
}

function httpName({ apart }: ServerPlan, host: string): string {
  return apart.has(host) ? `http-${slugOf(host)}` : 'http';
}

/** A route does not name the namespace of its parent where that is its own. */
function homed(draft: RouteDraft, { namespace }: GatewayChoice): RouteDraft {
  if (draft.ingress.ref.namespace !== namespace) return draft;
  return { ...draft, hosts: draft.hosts.map(({ host, parents }) => ({ host, parents: parents.map(({ namespace: _namespace, ...rest }) => rest) })) };
}

function draftsOf(plan: ServerPlan, parentOf: ParentOf): RouteDraft[] {
  const { pieces, names, server, secrets } = plan;
  const parentsFor = (side: Side, host: string): Parent[] => [
    ...(side === 'https' ? [] : [parentOf(httpName(plan, host))]),
    ...(side === 'http' || server.isPassthrough || !secrets.has(host) ? [] : [parentOf(`https-${slugOf(host)}`)]),
  ];
  const groups = [...Map.groupBy(pieces, ({ ingress, kind, side, rule }) => `${ingress.key} ${kind} ${side} ${isToHttps({ rule })}`).values()];
  const rules = groups.flatMap((group): RouteDraft[] => names.map((host): RouteDraft => {
    const { ingress, kind, side, rule } = group[0] as Piece;
    return { ingress, kind, purpose: isToHttps({ rule }) ? 'to-https' : 'rules', hosts: [{ host, parents: parentsFor(side, host) }], pieces: group };
  })).filter(({ hosts }) => hosts.every(({ parents }) => parents.length > 0));
  return [...rules, ...wwwOf(plan, parentsFor)];
}

function isToHttps({ rule: { filters = [] } }: Pick<Piece, 'rule'>): boolean {
  return filters.some(({ requestRedirect }) => (requestRedirect as { scheme?: string } | undefined)?.scheme === 'https' && Object.keys(requestRedirect as object).length === 2);
}

function wwwOf({ server: { host, wwwFrom, wwwBy: owner, redirectCode } }: ServerPlan, parentsFor: (side: Side, host: string) => Parent[]): RouteDraft[] {
  if (wwwFrom === undefined || owner === undefined) return [];
  const rule = { matches: [{ path: { type: 'PathPrefix' as const, value: '/' } }], filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: host, statusCode: redirectCode } }] };
  return [{ ingress: owner, kind: 'HTTPRoute', purpose: 'www', hosts: [{ host: wwwFrom, parents: parentsFor('both', wwwFrom) }], pieces: [{ ingress: owner, kind: 'HTTPRoute', side: 'both', rule, because: [] }] }];
}

/** What cert-manager reads on an Ingress it reads on a Gateway too. */
function annotationsOf(plans: readonly ServerPlan[]): Readonly<Record<string, string>> {
  const all = plans.flatMap(({ server }) => server.locations.flatMap(({ ingress }) => Object.entries(ingress.annotations)));
  return Object.fromEntries(all.filter(([key]) => key.startsWith('cert-manager.io/')).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

interface Whole {
  readonly choice: GatewayChoice;
  readonly authority: ClientAuthority | undefined;
  /** Of the routes. */
  readonly namespaces: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly hasSets: boolean;
}

function gatewayWith(listeners: readonly ListenerDraft[], whole: Whole): MadeObject {
  const { choice: { name, namespace, className }, authority, annotations, hasSets } = whole;
  const object: Manifest = {
    apiVersion: gatewayApi, kind: 'Gateway', metadata: { name, namespace, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: {
      gatewayClassName: className, ...frontendOf(authority, namespace), ...(hasSets ? { allowedListeners: { namespaces: { from: 'Same' } } } : {}),
      listeners: listeners.map((it) => writtenListener(it, whole)),
    },
  };
  return { object, about: [], listeners: reasonsOf(listeners) };
}

function setWith(listeners: readonly ListenerDraft[], whole: Whole, name: string): MadeObject {
  const { choice, annotations } = whole;
  const object: Manifest = {
    apiVersion: gatewayApi, kind: 'ListenerSet', metadata: { name, namespace: choice.namespace, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: { parentRef: { name: choice.name }, listeners: listeners.map((it) => writtenListener(it, whole)) },
  };
  return { object, about: [`listeners beyond the ${mostListeners} that a Gateway takes`], listeners: reasonsOf(listeners) };
}

function reasonsOf(listeners: readonly ListenerDraft[]): string[][] {
  return listeners.map(({ because }) => (because === '' ? [] : [because]));
}

function writtenListener(listener: ListenerDraft, { choice: { namespace }, namespaces }: Whole): object {
  const { name, protocol, hostname } = listener;
  const selector = { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: namespaces }] };
  return defined({
    name, port: protocol === 'HTTP' ? 80 : 443, protocol, hostname: hostname === '' ? undefined : hostname, tls: tlsOf(listener, namespace),
    allowedRoutes: namespaces.every((it) => it === namespace) ? undefined : { namespaces: { from: 'Selector', selector } },
  });
}

function tlsOf({ protocol, secret }: ListenerDraft, home: string): object | undefined {
  if (protocol === 'TLS') return { mode: 'Passthrough' };
  return secret === undefined ? undefined : { certificateRefs: [{ name: secret.name, ...(secret.namespace === home ? {} : { namespace: secret.namespace }) }] };
}

function frontendOf(authority: ClientAuthority | undefined, home: string): object {
  if (authority === undefined) return {};
  const ref = { group: '', kind: 'Secret', name: authority.name, ...(authority.namespace === home ? {} : { namespace: authority.namespace }) };
  return { tls: { frontend: { default: { validation: { ...(authority.isOptional ? { mode: 'AllowInsecureFallback' } : {}), caCertificateRefs: [ref] } } } } };
}

interface Referring {
  readonly groups: readonly (readonly ListenerDraft[])[];
  readonly routes: readonly MadeObject[];
  readonly choice: GatewayChoice;
  readonly authority: ClientAuthority | undefined;
}

function crossings({ groups, routes, choice: { namespace }, authority }: Referring): Crossing[] {
  const secrets = groups.flatMap((group, index) => group.flatMap(({ secret }) => (secret === undefined ? [] : [{ kind: index === 0 ? 'Gateway' : 'ListenerSet', secret }])));
  const all = [...secrets, ...(authority === undefined ? [] : [{ kind: 'Gateway', secret: authority }])];
  return [
    ...all.map(({ kind, secret }): Crossing => ({ from: { kind, namespace }, to: { kind: 'Secret', namespace: secret.namespace, name: secret.name } })),
    ...routes.flatMap(({ object }) => backendCrossings(object)),
  ];
}

/** Every backendRef of a route, wherever it stands. */
function backendCrossings({ kind, metadata: { namespace: home = '' }, spec }: Manifest): Crossing[] {
  const found: Crossing[] = [];
  const walk = (value: unknown, key: string): void => {
    if (Array.isArray(value)) for (const it of value) walk(it, key);
    else if (typeof value === 'object' && value !== null) {
      const { namespace, name } = value as { readonly namespace?: string; readonly name?: string };
      if (/^backendRefs?$/.test(key) && namespace !== undefined && name !== undefined) found.push({ from: { kind, namespace: home }, to: { kind: 'Service', namespace, name } });
      for (const [inner, it] of Object.entries(value)) walk(it, inner);
    }
  };
  walk(spec?.['rules'], '');
  return found;
}
