import type { Match, Mismatch, PathMatch, ValueMatch } from '../../ir/index.ts';
import { HostTable } from '../route/host-table.ts';
import { compilePredicates, firstFailing } from '../route/predicates.ts';
import { firstParameters } from '../route/query.ts';
import { checkRegex } from '../route/regex.ts';
import type { RequestView } from '../route/request-view.ts';

/** The first condition of a match that a request fails, in the order in which requests are asked; undefined where it meets all. */
export function mismatchOf(match: Match, request: RequestView): Mismatch | undefined {
  const broken = brokenExpression(match);
  if (broken !== undefined) return broken;
  if (!coversPath(match.path, request)) return { part: 'path', wanted: pathText(match.path), seen: request.path };
  const predicates = compilePredicates(match);
  const failing = predicates === undefined ? undefined : firstFailing(predicates, request);
  if (predicates === undefined || failing === undefined) return undefined;
  if (failing === 'method') return { part: 'method', wanted: match.method ?? '', seen: request.method };
  const header = match.headers?.[predicates.headers.indexOf(failing)];
  const query = match.query?.[predicates.query.indexOf(failing)];
  if (header !== undefined) return valueMismatch('header', header, request.header(header.name));
  return valueMismatch('query', query as ValueMatch, firstParameters(request.query).get(failing.name));
}

function valueMismatch(part: 'header' | 'query', { name, kind, value }: ValueMatch, seen: string | undefined): Mismatch {
  return { part, name, wanted: kind === 'regex' ? `matches ${value}` : value, ...(seen === undefined ? {} : { seen }) };
}

/** An expression that is not RE2 never matches. */
function brokenExpression({ path, headers = [], query = [] }: Match): Mismatch | undefined {
  for (const { kind, value } of [path, ...headers, ...query]) {
    const problem = kind === 'regex' ? checkRegex(value) : undefined;
    if (problem !== undefined) return { part: 'expression', wanted: value, seen: problem };
  }
  return undefined;
}

/** Asked of a table with no other route, so that this is the look-up of requests. */
function coversPath(path: PathMatch, request: RequestView): boolean {
  const table = new HostTable<undefined>('');
  table.add(path, { predicates: undefined, action: undefined });
  return table.find(request) !== undefined;
}

function pathText({ kind, value }: PathMatch): string {
  switch (kind) {
    case 'exact': return value;
    case 'prefix': return `${value}/*`;
    case 'regex': return `matches ${value}`;
  }
}
