import type { GRPCRoute, HTTPRoute } from '../api/index.ts';
import type { BackendContext } from './backends.ts';
import { persistenceProblem } from './persistence.ts';
import { refuse, type Verdict } from './verdict.ts';

type Rule = NonNullable<HTTPRoute['spec']['rules']>[number];

/** Why this data plane can't carry a rule, or undefined: what can't be carried is refused, never ignored. */
export function uncarriedRule(rule: Rule, { settings: { capabilities } }: BackendContext): Verdict | undefined {
  const filters = [...(rule.filters ?? []), ...(rule.backendRefs ?? []).flatMap((it) => it.filters ?? [])];
  const filter = filters.find((it) => it.type !== 'ExtensionRef' && !capabilities.filters.has(it.type));
  if (filter !== undefined) return refuse('UnsupportedValue', `filter ${filter.type} is not carried by the ${capabilities.name} data plane`);
  if ((rule.backendRefs ?? []).some((it) => it.filters?.some((filter) => filter.type === 'RequestRedirect'))) {
    return refuse('UnsupportedValue', 'filter RequestRedirect on a backendRef is not carried; write it on the rule');
  }
  for (const field of ['timeouts', 'retry', 'sessionPersistence'] as const) {
    if (rule[field] !== undefined && !capabilities.ruleFields.has(field)) return refuse('UnsupportedValue', `${field} is not carried by the ${capabilities.name} data plane`);
  }
  return sessionProblem(rule) ?? invalidRegex(rule, capabilities);
}

function sessionProblem({ sessionPersistence }: Pick<Rule, 'sessionPersistence'>): Verdict | undefined {
  const problem = sessionPersistence === undefined ? undefined : persistenceProblem(sessionPersistence);
  return problem === undefined ? undefined : { ...problem, path: ['sessionPersistence', ...problem.path ?? []] };
}

type GrpcRule = NonNullable<GRPCRoute['spec']['rules']>[number];

/** As `uncarriedRule`, for rules of GRPCRoutes. */
export function uncarriedGrpcRule(rule: GrpcRule, { settings: { capabilities } }: BackendContext): Verdict | undefined {
  const filters = [...(rule.filters ?? []), ...(rule.backendRefs ?? []).flatMap((it) => it.filters ?? [])];
  const filter = filters.find((it) => it.type !== 'ExtensionRef' && !capabilities.grpcFilters.has(it.type));
  if (filter !== undefined) return refuse('UnsupportedValue', `filter ${filter.type} is not carried for gRPC by the ${capabilities.name} data plane`);
  if (rule.sessionPersistence !== undefined && !capabilities.ruleFields.has('sessionPersistence')) {
    return refuse('UnsupportedValue', `sessionPersistence is not carried by the ${capabilities.name} data plane`);
  }
  for (const { method, headers = [] } of rule.matches ?? []) {
    const names = method === undefined ? [] : [{ type: method.type, value: method.service }, { type: method.type, value: method.method }];
    const problem = problemOf([...names, ...headers], capabilities);
    if (problem !== undefined) return problem;
  }
  return sessionProblem(rule);
}

interface TypedValue {
  readonly type?: string;
  readonly value?: string | undefined;
}

function problemOf(values: readonly TypedValue[], capabilities: BackendContext['settings']['capabilities']): Verdict | undefined {
  for (const { type, value } of values) {
    const problem = type === 'RegularExpression' ? capabilities.checkRegex(value ?? '') : undefined;
    if (problem !== undefined) return refuse('UnsupportedValue', `regular expression ${JSON.stringify(value)} is not accepted: ${problem}`);
  }
  return undefined;
}

function invalidRegex(rule: Rule, capabilities: BackendContext['settings']['capabilities']): Verdict | undefined {
  for (const match of rule.matches ?? []) {
    const values = [match.path ?? { type: '', value: '' }, ...(match.headers ?? []), ...(match.queryParams ?? [])];
    const problem = problemOf(values, capabilities);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
