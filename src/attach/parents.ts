import type { Model, Modeled } from '../model/index.ts';
import type { AnyRoute, Attachment, ListenerNode, RouteKindName, ServedHostname } from './graph.ts';
import { intersect } from './hostname.ts';
import { admitsNamespace, describePolicy } from './namespaces.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

export interface ParentRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

/** What a parentRef names: a Gateway or ListenerSet, with the listeners that belong to it alone. */
export interface ParentTarget {
  readonly kind: 'Gateway' | 'ListenerSet';
  readonly key: string;
  readonly gateway: string;
  readonly listeners: readonly ListenerNode[];
  /** Why a ListenerSet takes no routes. */
  readonly refused?: Verdict;
}

interface Request {
  readonly kind: RouteKindName;
  readonly route: Modeled<AnyRoute>;
  readonly ref: ParentRef;
  readonly target: ParentTarget;
}

export interface ParentVerdict {
  readonly accepted: Verdict;
  readonly attachments: readonly Attachment[];
}

/** What became of a route at one listener: it is attached, or the first step that the listener did not pass. */
export type ListenerFate = 'not-named' | 'other-kind' | 'other-namespace' | 'other-hostname' | 'attached';

interface Step {
  readonly name: Exclude<ListenerFate, 'attached'>;
  passes(listener: ListenerNode, request: Pick<Request, 'kind' | 'route' | 'ref'>, model: Model): boolean;
}

/** In this order each listener is asked. */
const steps: readonly Step[] = [
  { name: 'not-named', passes: ({ name, port }, { ref }) => (ref.sectionName === undefined || ref.sectionName === '' || name === ref.sectionName) && (ref.port === undefined || port === ref.port) },
  { name: 'other-kind', passes: ({ supportedKinds }, { kind }) => supportedKinds.some((supported) => supported.kind === kind) },
  { name: 'other-namespace', passes: ({ allowedRoutes, owner }, { route }, model) => admitsNamespace(allowedRoutes?.namespaces, owner.namespace, route.ref.namespace, model) },
  { name: 'other-hostname', passes: ({ hostname }, { route }) => servedHostnames(hostname, hostnamesOf(route.object)).length > 0 },
];

export function fateOf(listener: ListenerNode, request: Pick<Request, 'kind' | 'route' | 'ref'>, model: Model): ListenerFate {
  return steps.find(({ passes }) => !passes(listener, request, model))?.name ?? 'attached';
}

/** Does the route attach, and to which listeners? Each step narrows them down; the step that leaves none gives the reason. */
export function attachParent(request: Request, model: Model): ParentVerdict {
  const { kind, route, ref, target } = request;
  const name = `${target.kind} ${target.key}`;
  if (target.refused !== undefined && target.listeners.length === 0) return none('NoMatchingParent', `${name} takes no routes: ${target.refused.message}`);
  const fates = new Map(target.listeners.map((it) => [it, fateOf(it, request, model)]));
  const after = (...stopped: readonly ListenerFate[]): ListenerNode[] => target.listeners.filter((it) => !stopped.includes(fates.get(it)!));
  const named = after('not-named');
  if (named.length === 0) return none('NoMatchingParent', `${name} has no listener${wanted(ref)}; it has ${target.listeners.map((it) => `${it.name} (port ${it.port})`).join(', ')}.`);
  const ofKind = after('not-named', 'other-kind');
  if (ofKind.length === 0) return none('NotAllowedByListeners', `no listener of ${name}${wanted(ref)} takes ${kind}s: ${named.map((it) => `${it.name} (${it.protocol}) takes ${it.supportedKinds.map((k) => k.kind).join(', ') || 'none'}`).join('; ')}.`);
  const allowed = after('not-named', 'other-kind', 'other-namespace');
  if (allowed.length === 0) {
    return none('NotAllowedByListeners', `no listener of ${name}${wanted(ref)} takes routes of namespace ${route.ref.namespace}: ${ofKind.map((it) => `${it.name} has ${describePolicy(it.allowedRoutes?.namespaces)}`).join('; ')}.`);
  }
  const hostnames = hostnamesOf(route.object);
  const attachments = allowed.filter((it) => fates.get(it) === 'attached').map((listener) => ({ listener, hostnames: servedHostnames(listener.hostname, hostnames) }));
  if (attachments.length === 0) {
    return none('NoMatchingListenerHostname', `hostnames ${hostnames.join(', ')} match no listener of ${name}${wanted(ref)}: ${allowed.map((it) => `${it.name} has ${it.hostname}`).join('; ')}.`);
  }
  return { accepted: accept('Accepted', `The route is attached to ${attachments.map((it) => it.listener.name).join(', ')} of ${name}.`), attachments };
}

function none(reason: string, message: string): ParentVerdict {
  return { accepted: refuse(reason, message), attachments: [] };
}

function wanted(ref: ParentRef): string {
  const section = ref.sectionName === undefined || ref.sectionName === '' ? '' : ` named ${ref.sectionName}`;
  return section + (ref.port === undefined ? '' : ` on port ${ref.port}`);
}

function hostnamesOf(route: AnyRoute): readonly string[] {
  const names = 'hostnames' in route.spec ? route.spec.hostnames : undefined;
  return (names ?? []).map((it) => it.toLowerCase());
}

/** Without hostnames a route serves all that the listener does (spec: HTTPRouteSpec.hostnames). */
export function servedHostnames(listener: string, hostnames: readonly string[]): ServedHostname[] {
  if (hostnames.length === 0) return [{ effective: listener, original: '' }];
  return hostnames.flatMap((original) => {
    const effective = intersect(listener, original);
    return effective === undefined ? [] : [{ effective, original }];
  });
}
