import type { ClientAuthority } from './frontend-tls.ts';
import type { GatewayChoice } from './gateway-choice.ts';
import { slugOf } from './names.ts';
import { defined, gatewayApi, type MadeObject, type Manifest } from './object.ts';
import { allNames, type SecretRef, type ServerPlan } from './plan.ts';

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
export const mostListeners = 64;

/** The listeners of all plans, in the order in which they are written. */
export function listenersFor(plans: readonly ServerPlan[]): ListenerDraft[] {
  return distinct(plans.flatMap(listenersOf));
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

export function httpName({ apart }: ServerPlan, host: string): string {
  return apart.has(host) ? `http-${slugOf(host)}` : 'http';
}

/** What the Gateway and its ListenerSets have in common. */
export interface Whole {
  readonly choice: GatewayChoice;
  readonly authority: ClientAuthority | undefined;
  /** Of the routes. */
  readonly namespaces: readonly string[];
  readonly annotations: Readonly<Record<string, string>>;
  readonly hasSets: boolean;
}

export function gatewayWith(listeners: readonly ListenerDraft[], whole: Whole): MadeObject {
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

export function setWith(listeners: readonly ListenerDraft[], whole: Whole, name: string): MadeObject {
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
