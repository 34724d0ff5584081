import type { GRPCRoute, HTTPRoute } from '../api/index.ts';
import type { FieldPath } from '../contract/index.ts';
import type { Modeled } from '../model/index.ts';
import { readAuthorizers, resolveAuthorizer } from './authorizers.ts';
import { resolveBackend, type BackendContext, type BackendRef } from './backends.ts';
import type { AnyRoute, BackendRefNode, MirrorNode, RouteKindName, RuleNode } from './graph.ts';
import { persistenceInForce } from './persistence.ts';
import { refuse, type Verdict } from './verdict.ts';
import { uncarriedGrpcRule, uncarriedRule } from './uncarried.ts';

/** The part of a rule that all route kinds share. */
interface Rule {
  readonly backendRefs?: readonly (BackendRef & { readonly weight?: number })[];
}

/** Judges every rule of a route alone: what it refers to, and whether this data plane can carry it. */
export function readRules(kind: RouteKindName, route: Modeled<AnyRoute>, context: BackendContext): RuleNode[] {
  const rules: readonly Rule[] = route.object.spec.rules ?? [];
  return rules.map((rule, index) => {
    const invalid = uncarried(kind, rule, context);
    const reference = kind === 'HTTPRoute' || kind === 'GRPCRoute' ? filterReference(rule as HttpRule, route, context) : undefined;
    return {
      index,
      ...(invalid === undefined ? {} : { invalid }),
      ...(reference === undefined ? {} : { unresolved: reference }),
      backends: (rule.backendRefs ?? []).map((ref, at) => withSession(kind, { ...rule as HttpRule, index }, route, readBackendRef(ref, at, route, context), context)),
      ...readMirrors(rule as HttpRule, route, context),
      ...readAuthorizers(rule as HttpRule, route.ref, context),
    };
  });
}

type HttpRule = NonNullable<HTTPRoute['spec']['rules']>[number];
type GrpcRule = NonNullable<GRPCRoute['spec']['rules']>[number];

function uncarried(kind: RouteKindName, rule: Rule, context: BackendContext): Verdict | undefined {
  switch (kind) {
    case 'HTTPRoute': return uncarriedRule(rule as HttpRule, context);
    case 'GRPCRoute': return uncarriedGrpcRule(rule as GrpcRule, context);
    default: return undefined;
  }
}

function readBackendRef(ref: BackendRef & { readonly weight?: number }, index: number, route: Modeled<AnyRoute>, context: BackendContext): BackendRefNode {
  return { index, weight: ref.weight ?? 1, ...resolveBackend(route.ref, ref, context) };
}

/** Only requests carry sessions. */
function withSession(kind: RouteKindName, rule: HttpRule & { readonly index: number }, route: Modeled<AnyRoute>, node: BackendRefNode, context: BackendContext): BackendRefNode { // oxlint-disable-line max-params -- a reference in its rule and route.
  const target = node.backend === undefined ? undefined : context.backends.get(node.backend)?.service;
  if (target === undefined || (kind !== 'HTTPRoute' && kind !== 'GRPCRoute')) return node;
  const persistence = persistenceInForce(route.ref, rule, target, context);
  return persistence === undefined ? node : { ...node, persistence };
}

type HttpFilter = NonNullable<HttpRule['filters']>[number];

/** A mirror whose backend can't be found is dropped and said; the requests themselves are served (spec: HTTPRequestMirrorFilter.backendRef). */
function readMirrors(rule: HttpRule, route: Modeled<AnyRoute>, context: BackendContext): { readonly mirrors?: readonly MirrorNode[] } {
  const read = (filters: readonly HttpFilter[] | undefined, of?: number): MirrorNode[] => (filters ?? []).flatMap(({ requestMirror }, index) => (
    requestMirror === undefined ? [] : [{ ...(of === undefined ? {} : { of }), index, ...resolveBackend(route.ref, requestMirror.backendRef, context) }]
  ));
  const mirrors = [...read(rule.filters), ...(rule.backendRefs ?? []).flatMap((it, of) => read(it.filters, of))];
  return mirrors.length === 0 ? {} : { mirrors };
}

/** References in filters count for ResolvedRefs as those of backends do. */
function filterReference(rule: HttpRule, route: Modeled<AnyRoute>, context: BackendContext): Verdict | undefined {
  for (const { filter, at } of placedFilters(rule)) {
    if (filter.type === 'ExtensionRef') return unknownExtension(filter, at);
    const resolved = filter.externalAuth === undefined ? undefined : resolveAuthorizer(route.ref, filter.externalAuth, context);
    if (resolved === undefined || !('problem' in resolved)) continue;
    const { reason, message, path = [] } = resolved.problem;
    return refuse(reason, `filter ${filter.type}: ${message}`, [...at, 'externalAuth', 'backendRef', ...path]);
  }
  return undefined;
}

/** The filters of a rule and of its backendRefs, with their places in the rule. */
function placedFilters(rule: HttpRule): { readonly filter: HttpFilter; readonly at: FieldPath }[] {
  const place = (filters: readonly HttpFilter[] | undefined, before: FieldPath): { filter: HttpFilter; at: FieldPath }[] => (filters ?? []).map((filter, index) => ({ filter, at: [...before, 'filters', index] }));
  return [...place(rule.filters, []), ...(rule.backendRefs ?? []).flatMap((it, index) => place(it.filters, ['backendRefs', index]))];
}

function unknownExtension({ extensionRef: { group = '', kind = '', name = '' } = {} as NonNullable<HttpFilter['extensionRef']> }: HttpFilter, at: FieldPath): Verdict {
  return refuse('InvalidKind', `filter ExtensionRef: Postern knows no filter ${kind}${group === '' ? '' : `.${group}`} ${name}.`, [...at, 'extensionRef', 'kind']);
}
