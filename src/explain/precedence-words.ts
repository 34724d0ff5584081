import type { Candidate, Ir, Route } from '../ir/index.ts';
import { decidingStep, type PrecedenceStep } from '../lower/index.ts';
import type { Known } from './known.ts';
import { isSame, objectOf } from './known.ts';
import { ruleName } from './names.ts';

/** What put the rule that takes a request before the next one that would take it too. */
export interface Decision {
  readonly step: PrecedenceStep | 'hostname' | 'creation-time' | 'name';
  readonly against: string;
  readonly words: string;
  /** Nothing that the two rules say tells them apart. */
  readonly isArbitrary: boolean;
}

/** Compares the first of the candidates with the second; both meet the request, and they come in order of precedence. */
export function decisionBetween(known: Known, first: Candidate, second: Candidate): Decision {
  const [a, b] = [routeOf(known.ir, first), routeOf(known.ir, second)];
  const against = ruleName(b.origin);
  if (first.hostname !== second.hostname) return { step: 'hostname', against, isArbitrary: false, words: `its hostname ${hostnameText(first.hostname)} is more specific than ${hostnameText(second.hostname)}` };
  const isOneRoute = isSame(a.origin, b.origin);
  const place = ({ origin }: Route, age: number): { age: number; rule: number; index: number } => ({ age: isOneRoute ? 0 : age, rule: origin.rule ?? 0, index: origin.match ?? 0 });
  const step = decidingStep({ match: a.match, ...place(a, 0) }, { match: b.match, ...place(b, 1) }) ?? 'match';
  if (step === 'age') return { ...ageDecision(known, a, b), against };
  return { step, against, isArbitrary: false, words: stepWords[step](a.match, b.match) };
}

type Match = Route['match'];

const stepWords: Readonly<Record<Exclude<PrecedenceStep, 'age'>, (a: Match, b: Match) => string>> = {
  'path-type': (a, b) => `its path is ${typeWords[a.path.kind]}, the other's is ${typeWords[b.path.kind]}: exact paths come first, then expressions, then prefixes`,
  'path-length': (a, b) => `its path is longer: ${pathText(a)} before ${pathText(b)}`,
  'method': (a) => `it asks for a method (${a.method ?? ''}), the other takes any`,
  'headers': (a, b) => `it asks for more headers: ${a.headers?.length ?? 0} before ${b.headers?.length ?? 0}`,
  'query': (a, b) => `it asks for more query parameters: ${a.query?.length ?? 0} before ${b.query?.length ?? 0}`,
  'rule': () => 'it comes first in the route; all else is equal',
  'match': () => 'it comes first in the rule; all else is equal',
};

const typeWords = { exact: 'exact', regex: 'an expression', prefix: 'a prefix' } as const;

function pathText({ path }: Match): string {
  return path.value === '' ? '/' : path.value;
}

/** Both ask for as much. Which object is older decides, and files have no ages. */
function ageDecision(known: Known, a: Route, b: Route): Omit<Decision, 'against'> {
  const [first, second] = [objectOf(known, a.origin)?.created ?? '', objectOf(known, b.origin)?.created ?? ''];
  if (a.origin.kind !== b.origin.kind) return { step: 'name', isArbitrary: true, words: `all else is equal, and a ${a.origin.kind} comes before a ${b.origin.kind}` };
  if (first !== second) {
    const words = second === '' ? 'all else is equal, and the other has no creation time' : `all else is equal, and it was created first (${first} before ${second})`;
    return { step: 'creation-time', isArbitrary: true, words };
  }
  return { step: 'name', isArbitrary: true, words: `all else is equal, and ${a.origin.namespace}/${a.origin.name} comes before ${b.origin.namespace}/${b.origin.name} in the alphabet` };
}

function routeOf(ir: Ir, { route }: Candidate): Route {
  return ir.routes[route] as Route;
}

function hostnameText(hostname: string): string {
  return hostname === '' ? '(any)' : hostname;
}
