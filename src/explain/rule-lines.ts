import type { Candidate, Rehearsal, Route } from '../ir/index.ts';
import type { Known } from './known.ts';
import { matchText, mismatchText, ruleName } from './names.ts';

/** One match of one rule of the listener that serves a request. */
export interface RuleLine {
  readonly rule: string;
  readonly hostname: string;
  readonly match: string;
  /** `takes`: it is this one; `too`: it would, if no other came before; `not`: it does not match. */
  readonly result: 'takes' | 'too' | 'not';
  /** The first condition that fails. */
  readonly why?: string;
}

/** Every match in order of precedence. */
export function ruleLines({ candidates, route }: Rehearsal, { ir }: Known): RuleLine[] {
  const taken = candidates.findIndex((it) => it.route === route && it.mismatch === undefined);
  return candidates.map((it, index): RuleLine => {
    const known = ir.routes[it.route];
    const origin = (known ?? ir.streamRoutes?.[it.route])?.origin;
    return {
      rule: origin === undefined ? it.route : ruleName(origin), hostname: it.hostname, match: known === undefined ? `server name ${it.hostname === '' ? '(any)' : it.hostname}` : matchText(known.match),
      result: it.mismatch !== undefined ? 'not' : index === taken ? 'takes' : 'too',
      ...(it.mismatch === undefined ? {} : { why: mismatchText(it.mismatch) }),
    };
  });
}

/** How far a request came with a candidate: the conditions are asked in this order. */
const depth = { hostname: 0, path: 1, expression: 2, method: 3, header: 4, query: 5 } as const;

/** The candidate that fails latest, of those the one with the most of the path, then the first; undefined where there is none but of other hosts. */
export function nearest({ candidates, request }: Rehearsal, { ir }: Known): (Candidate & { readonly mismatch: NonNullable<Candidate['mismatch']> }) | undefined {
  const path = request?.target.split('?', 1)[0] ?? '';
  const rank = ({ mismatch, route }: Candidate): number => depth[mismatch?.part ?? 'hostname'] * 1e9 + closeness(path, (ir.routes[route] as Route).match.path.value);
  const failed = candidates.filter(({ mismatch }) => mismatch !== undefined && mismatch.part !== 'hostname');
  return failed.toSorted((a, b) => rank(b) - rank(a))[0] as ReturnType<typeof nearest>;
}

/** By the letters that two paths begin with, then by how little is left. */
function closeness(a: string, b: string): number {
  let at = 0;
  while (at < a.length && at < b.length && a[at] === b[at]) at++;
  return at * 10_000 - b.length;
}
