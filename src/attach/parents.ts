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

/** Does the route attach, and to which listeners? Each step narrows them down; the step that leaves none gives the reason. */
export function attachParent({ kind, route, ref, target }: Request, model: Model): ParentVerdict {
  const name = `${target.kind} ${target.key}`;
  if (target.refused !== undefined && target.listeners.length === 0) return none('NoMatchingParent', `${name} takes no routes: ${target.refused.message}`);
  const named = target.listeners.filter((it) => (ref.sectionName === undefined || ref.sectionName === '' || it.name === ref.sectionName) && (ref.port === undefined || it.port === ref.port));
  if (named.length === 0) return none('NoMatchingParent', `${name} has no listener${wanted(ref)}; it has ${target.listeners.map((it) => `${it.name} (port ${it.port})`).join(', ')}.`);
  const ofKind = named.filter((it) => it.supportedKinds.some((supported) => supported.kind === kind));
  if (ofKind.length === 0) return none('NotAllowedByListeners', `no listener of ${name}${wanted(ref)} takes ${kind}s: ${named.map((it) => `${it.name} (${it.protocol}) takes ${it.supportedKinds.map((k) => k.kind).join(', ') || 'none'}`).join('; ')}.`);
  const allowed = ofKind.filter((it) => admitsNamespace(it.allowedRoutes?.namespaces, it.owner.namespace, route.ref.namespace, model));
  if (allowed.length === 0) {
    return none('NotAllowedByListeners', `no listener of ${name}${wanted(ref)} takes routes of namespace ${route.ref.namespace}: ${ofKind.map((it) => `${it.name} has ${describePolicy(it.allowedRoutes?.namespaces)}`).join('; ')}.`);
  }
  const hostnames = hostnamesOf(route.object);
  const attachments = allowed.flatMap((listener) => {
    const served = servedHostnames(listener.hostname, hostnames);
    return served.length === 0 ? [] : [{ listener, hostnames: served }];
  });
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
