import type { BackendRefNode, Graph, ListenerNode, RouteNode } from '../attach/index.ts';
import { compareSpecificity } from '../attach/index.ts';
import { refKey } from '../contract/index.ts';
import type { Refuse, StreamAction, StreamHost, StreamListener, StreamRoute, StreamTarget } from '../ir/index.ts';

export interface LoweredStreams {
  readonly routes: Record<string, StreamRoute>;
  /** By listener key. */
  readonly hosts: ReadonlyMap<string, readonly StreamHost[]>;
}

/** The protocol of the IR for a listener of layer 4, or undefined for one that carries requests. */
export function streamProtocol({ protocol, tlsMode }: ListenerNode): StreamListener['protocol'] | undefined {
  switch (protocol) {
    case 'TCP': return 'tcp';
    case 'UDP': return 'udp';
    case 'TLS': return tlsMode === 'Passthrough' ? 'passthrough' : 'terminate';
    default: return undefined;
  }
}

interface Claim extends StreamHost {
  readonly original: string;
}

/**
 * All attached TCPRoutes, UDPRoutes and TLSRoutes. Of several on one hostname (always so for TCP and UDP) the oldest serves, the others
 * stay attached (spec: TCPRoute, "Multiple routes"); among hostnames the more specific one, as the route has it, comes first.
 */
export function lowerStreams(graph: Pick<Graph, 'routes'>): LoweredStreams {
  const routes: Record<string, StreamRoute> = {};
  const claims = new Map<string, Map<string, Claim>>();
  // The graph lists routes from the oldest on, so the first claim on a hostname is the one that counts.
  for (const node of graph.routes) {
    if (node.kind !== 'TCPRoute' && node.kind !== 'UDPRoute' && node.kind !== 'TLSRoute') continue;
    const attachments = node.parents.flatMap((it) => it.attachments);
    if (attachments.length === 0) continue;
    const route = refKey(node.ref);
    routes[route] = lowerRoute(node);
    for (const { listener, hostnames } of attachments) {
      const known = claims.get(listener.key) ?? new Map<string, Claim>();
      claims.set(listener.key, known);
      for (const { effective, original } of hostnames) {
        const host = `${effective} ${original}`;
        if (!known.has(host)) known.set(host, { hostname: effective, original, route });
      }
    }
  }
  return { routes, hosts: new Map([...claims].map(([listener, list]) => [listener, inOrder([...list.values()])])) };
}

/** Only the first of several equal hostnames can ever serve. */
function inOrder(claims: readonly Claim[]): StreamHost[] {
  const sorted = [...claims].sort((a, b) => compareSpecificity(a.original, b.original) || compareSpecificity(a.hostname, b.hostname) || (a.hostname < b.hostname ? -1 : 1));
  const first = new Map<string, StreamHost>();
  for (const { hostname, route } of sorted) {
    if (!first.has(hostname)) first.set(hostname, { hostname, route });
  }
  return [...first.values()];
}

/** The CRDs allow exactly one rule, because nothing in it could choose between two. */
function lowerRoute(node: RouteNode): StreamRoute {
  const rule: { readonly name?: string } | undefined = node.route.object.spec.rules?.[0];
  return {
    action: lowerAction(node.rules[0]?.backends ?? []),
    origin: { ...node.ref, rule: 0, ...(rule?.name === undefined ? {} : { ruleName: rule.name }) },
  };
}

function lowerAction(backends: readonly BackendRefNode[]): StreamAction {
  if (backends.length === 0) return refuse('no-backends');
  if (!backends.some((it) => it.weight > 0)) return refuse('no-weight');
  return { kind: 'relay', targets: backends.map(lowerTarget) };
}

function lowerTarget({ weight, backend, problem }: BackendRefNode): StreamTarget {
  return { weight, to: backend === undefined ? refuse(causes[problem?.reason ?? ''] ?? 'backend-not-carried') : { kind: 'backend', backend } };
}

const causes: Readonly<Record<string, string>> = { BackendNotFound: 'backend-not-found', RefNotPermitted: 'ref-not-permitted', InvalidKind: 'backend-kind-unknown' };

function refuse(because: string): Refuse {
  return { kind: 'refuse', because };
}
