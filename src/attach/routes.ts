import type { Finding } from '../contract/index.ts';
import type { Model, Modeled } from '../model/index.ts';
import type { BackendContext } from './backends.ts';
import type { AnyRoute, ParentNode, RouteKindName, RouteNode, RuleNode } from './graph.ts';
import { attachParent, type ParentRef, type ParentTarget } from './parents.ts';
import { parentNotFound, parentOfUnknownKind } from './parent-not-found.ts';
import { readRules } from './rules.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

const GROUP = 'gateway.networking.k8s.io';

/** In the order in which they are judged and printed. */
export const routeKinds: readonly RouteKindName[] = ['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'];

/** What routes can attach to, by `Kind/namespace/name`. */
export type ParentTargets = Pick<ReadonlyMap<string, ParentTarget>, 'get'>;

export interface JudgedRoute {
  /** Absent where no parent is ours. */
  readonly node?: RouteNode;
  readonly findings: readonly Finding[];
}

/** A route with its parents, attached. */
export function judgeRoute(kind: RouteKindName, route: Modeled<AnyRoute>, targets: ParentTargets, context: BackendContext): JudgedRoute { // oxlint-disable-line max-params -- what is attached to what.
  const findings: Finding[] = [];
  const found = findParents(route, targets, context.model, findings);
  return found.length === 0 ? { findings } : { findings, node: attachRoute(kind, route, found, context) };
}

interface IndexedTarget {
  readonly index: number;
  readonly ref: ParentRef;
  readonly target: ParentTarget;
}

function findParents(route: Modeled<AnyRoute>, targets: ParentTargets, model: Model, findings: Finding[]): IndexedTarget[] { // oxlint-disable-line max-params -- as above.
  const found: IndexedTarget[] = [];
  for (const [index, ref] of ((route.object.spec.parentRefs ?? []) as readonly ParentRef[]).entries()) {
    const kind = ref.kind ?? 'Gateway';
    const group = ref.group ?? GROUP;
    if (group !== GROUP || (kind !== 'Gateway' && kind !== 'ListenerSet')) {
      // A Service as parent is the mesh's business (GEP-1294), which is not a mistake.
      if (group !== '' || kind !== 'Service') findings.push(parentOfUnknownKind(route, { group, kind, name: ref.name }, ['spec', 'parentRefs', index]));
      continue;
    }
    const key = `${ref.namespace ?? route.ref.namespace}/${ref.name}`;
    const target = targets.get(`${kind}/${key}`);
    if (target !== undefined) found.push({ index, ref, target });
    else if (!model.objects[kind].has(key)) findings.push(parentNotFound(route, { kind, key }, ['spec', 'parentRefs', index], model));
  }
  return found;
}

function attachRoute(kind: RouteKindName, route: Modeled<AnyRoute>, targets: readonly IndexedTarget[], context: BackendContext): RouteNode {
  const rules = readRules(kind, route, context);
  const dropped = judgeRules(rules, context);
  const parents = targets.map(({ index, ref, target }): ParentNode => {
    const { accepted, attachments } = attachParent({ kind, route, ref, target }, context.model);
    if (!accepted.ok || dropped === undefined) return { index, gateway: target.gateway, accepted, attachments };
    if (!dropped.ok) return { index, gateway: target.gateway, accepted: dropped, attachments: [] };
    return { index, gateway: target.gateway, accepted, attachments, partiallyInvalid: dropped };
  });
  return { kind, route, ref: route.ref, parents, rules, resolvedRefs: resolvedRefs(rules) };
}

/** Undefined where all rules can be carried; `ok` where some can. */
function judgeRules(rules: readonly RuleNode[], { settings }: BackendContext): Verdict | undefined {
  const bad = rules.filter((it) => it.invalid !== undefined);
  if (bad.length === 0) return undefined;
  const causes = bad.map((it) => `${it.index} (${it.invalid!.message})`).join(', ');
  const { hint } = bad[0]!.invalid!;
  if (bad.length === rules.length) return { ...refuse('UnsupportedValue', `No rule can be carried by the ${settings.capabilities.name} data plane: ${causes}.`), ...(hint === undefined ? {} : { hint }) };
  return accept('UnsupportedValue', `Dropped Rule ${causes}; its requests get 500, the other rules are served.`);
}

function resolvedRefs(rules: readonly RuleNode[]): Verdict {
  const problems: Verdict[] = [];
  for (const rule of rules) {
    if (rule.unresolved !== undefined) problems.push(refuse(rule.unresolved.reason, `rules[${rule.index}]: ${rule.unresolved.message}`));
    for (const { of, index, problem } of rule.mirrors ?? []) {
      const field = of === undefined ? `filters[${index}]` : `backendRefs[${of}].filters[${index}]`;
      if (problem !== undefined) problems.push(refuse(problem.reason, `rules[${rule.index}].${field}: ${problem.message}`));
    }
    for (const { index, problem } of rule.backends) {
      if (problem !== undefined) problems.push(refuse(problem.reason, `rules[${rule.index}].backendRefs[${index}]: ${problem.message}`));
    }
  }
  if (problems.length === 0) return accept('ResolvedRefs', 'All references of the route resolve.');
  return refuse(problems[0]!.reason, problems.slice(0, 5).map((it) => it.message).join(' ') + (problems.length > 5 ? ` And ${problems.length - 5} more.` : ''));
}
