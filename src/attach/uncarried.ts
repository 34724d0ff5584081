import type { GRPCRoute, HTTPRoute } from '../api/index.ts';
import type { FieldPath } from '../contract/index.ts';
import type { BackendContext } from './backends.ts';
import { persistenceProblem } from './persistence.ts';
import { regexVerdict } from './regex-verdict.ts';
import { refuse, type Verdict } from './verdict.ts';

type Rule = NonNullable<HTTPRoute['spec']['rules']>[number];

/** Why this data plane can't carry a rule, or undefined: what can't be carried is refused, never ignored. */
export function uncarriedRule(rule: Rule, { settings }: BackendContext): Verdict | undefined {
  const { capabilities } = settings;
  const filters = [...(rule.filters ?? []), ...(rule.backendRefs ?? []).flatMap((it) => it.filters ?? [])];
  const filter = filters.find((it) => it.type !== 'ExtensionRef' && !capabilities.filters.has(it.type));
  if (filter !== undefined) return refuse('UnsupportedValue', `filter ${filter.type} is not carried by the ${capabilities.name} data plane`);
  if ((rule.backendRefs ?? []).some((it) => it.filters?.some((filter) => filter.type === 'RequestRedirect'))) {
    return refuse('UnsupportedValue', 'filter RequestRedirect on a backendRef is not carried; write it on the rule');
  }
  for (const field of ['timeouts', 'retry', 'sessionPersistence'] as const) {
    if (rule[field] !== undefined && !capabilities.ruleFields.has(field)) return refuse('UnsupportedValue', `${field} is not carried by the ${capabilities.name} data plane`);
  }
  return sessionProblem(rule) ?? invalidRegex(rule, settings);
}

function sessionProblem({ sessionPersistence }: Pick<Rule, 'sessionPersistence'>): Verdict | undefined {
  const problem = sessionPersistence === undefined ? undefined : persistenceProblem(sessionPersistence);
  return problem === undefined ? undefined : { ...problem, path: ['sessionPersistence', ...problem.path ?? []] };
}

type GrpcRule = NonNullable<GRPCRoute['spec']['rules']>[number];

/** As `uncarriedRule`, for rules of GRPCRoutes. */
export function uncarriedGrpcRule(rule: GrpcRule, { settings }: BackendContext): Verdict | undefined {
  const { capabilities } = settings;
  const filters = [...(rule.filters ?? []), ...(rule.backendRefs ?? []).flatMap((it) => it.filters ?? [])];
  const filter = filters.find((it) => it.type !== 'ExtensionRef' && !capabilities.grpcFilters.has(it.type));
  if (filter !== undefined) return refuse('UnsupportedValue', `filter ${filter.type} is not carried for gRPC by the ${capabilities.name} data plane`);
  if (rule.sessionPersistence !== undefined && !capabilities.ruleFields.has('sessionPersistence')) {
    return refuse('UnsupportedValue', `sessionPersistence is not carried by the ${capabilities.name} data plane`);
  }
  for (const [index, { method, headers = [] }] of (rule.matches ?? []).entries()) {
    const names = method === undefined ? [] : [{ type: method.type, value: method.service, path: ['method', 'service'] }, { type: method.type, value: method.method, path: ['method', 'method'] }];
    const problem = regexProblem([...names, ...valuesOf('headers', headers)], ['matches', index], settings);
    if (problem !== undefined) return problem;
  }
  return sessionProblem(rule);
}

interface TypedValue {
  readonly type?: string;
  readonly value?: string | undefined;
  readonly path: FieldPath;
}

function valuesOf(field: string, values: readonly { readonly type?: string; readonly value?: string }[] = []): TypedValue[] {
  return values.map((it, index) => ({ ...it, path: [field, index, 'value'] }));
}

function regexProblem(values: readonly TypedValue[], at: FieldPath, settings: BackendContext['settings']): Verdict | undefined {
  for (const { type, value = '', path } of values) {
    const problem = type === 'RegularExpression' ? regexVerdict(value, [...at, ...path], settings) : undefined;
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function invalidRegex(rule: Rule, settings: BackendContext['settings']): Verdict | undefined {
  for (const [index, { path, headers, queryParams }] of (rule.matches ?? []).entries()) {
    const values = [...(path === undefined ? [] : [{ ...path, path: ['path', 'value'] }]), ...valuesOf('headers', headers), ...valuesOf('queryParams', queryParams)];
    const problem = regexProblem(values, ['matches', index], settings);
    if (problem !== undefined) return problem;
  }
  return undefined;
}
