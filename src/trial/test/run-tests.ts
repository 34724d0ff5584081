import { describeRef, formatPath, formatPosition, type Origin, type Position } from '../../contract/index.ts';
import { type Asked, casesOf, type DataPlane, explainRequest, type Known, type Meaning, mismatchText, nearest, ruleName } from '../../explain/index.ts';
import type { Model } from '../../model/index.ts';
import { type Fate, judge } from '../fate.ts';
import { type Coverage, coverageOf } from './coverage.ts';
import { type Disappointment, disappointments } from './expectations.ts';
import { isNamed, readNamed } from './named.ts';
import { casesIn, placeOfCase, type RouteCase } from './route-case.ts';

/** What came of one case. */
export interface CaseResult {
  readonly test: string;
  readonly name: string;
  /** The request in one line. */
  readonly request: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly position?: Position;
  /** `file:line:column`, or the test's name. */
  readonly place: string;
  readonly passed: boolean;
  readonly faults: readonly Fault[];
  /** Why the request went where it did; of cases that failed. */
  readonly because?: string;
}

/** What was expected and is not so, as it is printed. */
export interface Fault {
  /** `expect.backend`; `request` where the request can't be read. */
  readonly field: string;
  readonly expected: string;
  readonly actual: string;
  readonly place?: string;
}

export interface TestRun {
  readonly results: readonly CaseResult[];
  readonly coverage: Coverage;
}

/** Judges every case of the RouteTests in a model, which need not be the one of the configuration that they are about. */
export function runTests(tests: Model, known: Known & { readonly meaning: Meaning }, plane: DataPlane): TestRun {
  const fates: Fate[] = [];
  const results = casesIn(tests).map((it): CaseResult => {
    if (typeof it.asked === 'string') return resultOf(it, [{ field: 'request', expected: 'a request', actual: it.asked, ...(it.position === undefined ? {} : { place: formatPosition(it.position) }) }]);
    const { fate } = judge(it.asked, known, plane);
    fates.push(fate);
    const found = disappointments(it.expect, fate, it.namespace);
    if (found.length === 0) return resultOf(it, []);
    return { ...resultOf(it, found.map((one) => faultOf(it, one))), because: whyNot(it, it.asked, known, plane) };
  });
  return { results, coverage: coverageOf(fates, known) };
}

function resultOf(it: RouteCase, faults: readonly Fault[]): CaseResult {
  const { test, name, written, position } = it;
  return { test, name, request: written.request, headers: written.headers, ...(position === undefined ? {} : { position }), place: placeOfCase(it), passed: faults.length === 0, faults };
}

function faultOf(it: RouteCase, { path, expected, actual }: Disappointment): Fault {
  const position = it.locate(path);
  return { field: formatPath(path), expected, actual, ...(position === undefined ? {} : { place: formatPosition(position) }) };
}

/** The first condition that keeps the expected route from taking it, or else the cause as explain tells it. */
function whyNot({ expect, namespace }: RouteCase, asked: Asked, known: Known & { readonly meaning: Meaning }, plane: DataPlane): string { // oxlint-disable-line max-params -- a question and whom to ask.
  const { trying: _, ...meaning } = known.meaning;
  const explained = explainRequest(asked, { ...known, meaning }, plane);
  const wanted = expect.route === undefined ? undefined : readNamed(expect.route, namespace);
  const [best, ...others] = casesOf(asked, known, plane);
  if (others.length > 0) return `${explained.cause} ${others.map(({ place }) => describeRef(place.gateway)).join(', ')} also ${others.length === 1 ? 'listens' : 'listen'} there; gateway names the one to ask.`;
  if (wanted === undefined || best === undefined) return explained.cause;
  const originAt = (key: string): Origin | undefined => known.ir.routes[key]?.origin;
  const isWanted = (key: string): boolean => {
    const origin = originAt(key);
    return origin !== undefined && isNamed(origin, wanted) && (expect.rule === undefined || [String(origin.rule), origin.ruleName].includes(String(expect.rule)));
  };
  const { candidates } = best.rehearsal;
  if (candidates.some(({ route, mismatch }) => isWanted(route) && mismatch === undefined)) return explained.cause;
  const near = nearest({ ...best.rehearsal, candidates: candidates.filter(({ route }) => isWanted(route)) }, known);
  const origin = near === undefined ? undefined : originAt(near.route);
  if (near === undefined || origin === undefined) return absent(expect.route!, wanted, known) ?? explained.cause;
  return `${ruleName(origin)} does not take it: ${mismatchText(near.mismatch)}. ${explained.cause}`;
}

/** A route that is in no table: it does not exist, can't be read, or is not attached. */
function absent(text: string, wanted: ReturnType<typeof readNamed>, { meaning }: Known & { readonly meaning: Meaning }): string | undefined {
  const finding = meaning.findings.find(({ object, severity }) => severity === 'error' && object !== undefined && object.kind.endsWith('Route') && isNamed(object, wanted));
  if (finding !== undefined) return finding.message;
  return meaning.graph.routes.some(({ ref }) => isNamed(ref, wanted)) ? undefined : `there is no route ${text} with a parent of Postern's in these manifests.`;
}
