import type { Match, ValueMatch } from '../../ir/index.ts';
import { firstParameters } from './query.ts';
import { compileRegex } from './regex.ts';
import type { RequestView } from './request-view.ts';

/** A condition on a header or query parameter, compiled. */
export interface ValueTest {
  readonly name: string;
  holds(value: string): boolean;
}

/** The conditions of a route beyond its path. */
export interface Predicates {
  readonly method: string | undefined;
  readonly headers: readonly ValueTest[];
  readonly query: readonly ValueTest[];
}

/** Compiles the conditions; one whose expression does not compile never holds. */
export function compilePredicates(match: Match): Predicates | undefined {
  const headers = (match.headers ?? []).map(toTest);
  const query = (match.query ?? []).map(toTest);
  if (match.method === undefined && headers.length === 0 && query.length === 0) return undefined;
  return { method: match.method, headers, query };
}

function toTest(match: ValueMatch): ValueTest {
  const { name, value } = match;
  if (match.kind === 'exact') return { name, holds: (actual) => actual === value };
  const regex = compileRegex(value);
  return { name, holds: (actual) => regex?.matches(actual) ?? false };
}

/** Whether a request meets the conditions. */
export function meets(predicates: Predicates, request: RequestView): boolean {
  return firstFailing(predicates, request) === undefined;
}

/** The first condition that a request does not meet; undefined where it meets all. */
export function firstFailing(predicates: Predicates, request: RequestView): 'method' | ValueTest | undefined {
  if (predicates.method !== undefined && predicates.method !== request.method) return 'method';
  for (const test of predicates.headers) {
    const value = request.header(test.name);
    if (value === undefined || !test.holds(value)) return test;
  }
  if (predicates.query.length === 0) return undefined;
  const parameters = firstParameters(request.query);
  return predicates.query.find((test) => {
    const value = parameters.get(test.name);
    return value === undefined || !test.holds(value);
  });
}
