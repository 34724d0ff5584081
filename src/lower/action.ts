import type { BackendRefNode, MirrorNode, RuleNode } from '../attach/index.ts';
import type { Action, Respond, Retry, Target } from '../ir/index.ts';
import { durationMs } from './duration.ts';
import { lowerPersistence } from './persistence.ts';
import { lowerFilters, redirectOf } from './filters.ts';
import type { HttpMatch, HttpRule } from './match.ts';

/** What a rule does with requests that meet `match`; anything that can't be done answers 500 rather than falling through. */
export function lowerAction(rule: HttpRule, node: RuleNode, match: HttpMatch): Action {
  if (node.invalid !== undefined) return failure('rule-not-carried');
  if (node.unresolved !== undefined) return failure('filter-not-resolved');
  if (node.auths?.some((it) => it.backend === undefined) === true) return failure('filter-not-resolved');
  const found = [...node.mirrors ?? [], ...node.auths ?? []];
  const redirect = redirectOf(rule, match, found.filter((it) => it.of === undefined));
  if (redirect !== undefined) return redirect;
  if (node.backends.length === 0) return failure('no-backends');
  if (!node.backends.some((it) => it.weight > 0)) return failure('no-weight');
  return {
    kind: 'forward',
    filters: lowerFilters(rule.filters, match, found.filter((it) => it.of === undefined)),
    targets: node.backends.map((it) => lowerTarget(it, rule, match, found.filter(({ of }) => of === it.index))),
    ...timeout('requestTimeoutMs', rule.timeouts?.request),
    ...timeout('backendTimeoutMs', rule.timeouts?.backendRequest),
    ...(rule.retry === undefined ? {} : { retry: lowerRetry(rule.retry) }),
  };
}

/** Without `attempts` there is one try more (CRD default of HTTPRouteRetry.attempts). */
function lowerRetry({ codes = [], attempts = 1, backoff }: NonNullable<HttpRule['retry']>): Retry {
  return { codes, attempts, ...timeout('backoffMs', backoff) };
}

// oxlint-disable-next-line max-params -- a target is read from its rule, for one match.
function lowerTarget(node: BackendRefNode, rule: HttpRule, match: HttpMatch, found: readonly MirrorNode[]): Target {
  return {
    weight: node.weight,
    to: node.backend === undefined ? failure(causes[node.problem?.reason ?? ''] ?? 'backend-not-carried') : { kind: 'backend', backend: node.backend },
    filters: lowerFilters(rule.backendRefs?.[node.index]?.filters, match, found),
    ...(node.persistence === undefined ? {} : { persistence: lowerPersistence(node.persistence) }),
  };
}

const causes: Record<string, string> = { BackendNotFound: 'backend-not-found', RefNotPermitted: 'ref-not-permitted', InvalidKind: 'backend-kind-unknown' };

function failure(because: string): Respond {
  return { kind: 'respond', status: 500, because };
}

/** `0s` switches a time-out off (spec: HTTPRouteTimeouts). */
function timeout<K extends string>(key: K, duration: string | undefined): { [P in K]?: number } {
  const ms = duration === undefined ? 0 : durationMs(duration);
  return (ms === 0 ? {} : { [key]: ms }) as { [P in K]?: number };
}
