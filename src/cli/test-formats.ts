import { formatPath, type Finding } from '../contract/index.ts';
import type { CaseResult } from '../trial/index.ts';
import { annotation } from './github-annotation.ts';
import type { TestOutcome } from './test-text.ts';
import { xml } from './xml-text.ts';

/** Everything as one JSON object. */
export function toJson({ results, coverage, broken }: TestOutcome): string {
  const failed = results.filter(({ passed }) => !passed).length;
  const findings = broken.map(({ path, ...rest }) => ({ ...rest, ...(path === undefined ? {} : { path: formatPath(path) }) }));
  return `${JSON.stringify({ passed: results.length - failed, failed, results, coverage, findings }, null, 2)}\n`;
}

/** What failed, as annotations of a pull request. */
export function toGithub({ results, broken }: TestOutcome): string {
  return [
    ...broken.map((it) => annotation({ kind: 'error', title: it.code, message: it.hint === undefined ? it.message : `${it.message} ${it.hint}`, ...(it.position === undefined ? {} : { position: it.position }) })),
    ...results.filter(({ passed }) => !passed).map((it) => annotation({ kind: 'error', title: `${it.test}: ${it.name}`, message: failureText(it), ...(it.position === undefined ? {} : { position: it.position }) })),
  ].join('');
}

/** JUnit XML: a suite for each RouteTest, and one for files that could not be read. */
export function toJunit({ results, broken }: TestOutcome): string {
  const suites = new Map<string, CaseResult[]>();
  for (const it of results) suites.set(it.test, [...(suites.get(it.test) ?? []), it]);
  const texts = [...suites].map(([test, cases]) => suite(test, cases.filter(({ passed }) => !passed).length, cases.map(caseText)));
  if (broken.length > 0) texts.push(suite('files', broken.length, broken.map(findingText)));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n${texts.join('')}</testsuites>\n`;
}

function suite(name: string, failures: number, cases: readonly string[]): string {
  return `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${failures}">\n${cases.join('')}  </testsuite>\n`;
}

function caseText(it: CaseResult): string {
  const { test, name, position, passed } = it;
  const place = position === undefined ? '' : ` file="${xml(position.file)}" line="${position.line}"`;
  const head = `    <testcase classname="${xml(`postern.test.${test}`)}" name="${xml(name)}"${place}`;
  if (passed) return `${head}/>\n`;
  return `${head}><failure type="expectation" message="${xml(it.faults.map(({ field, expected }) => `${field} ${expected}`).join(', '))}">${xml(`${it.place} ${failureText(it)}`)}</failure></testcase>\n`;
}

function findingText({ code, message }: Finding): string {
  return `    <testcase classname="postern.test" name="${xml(code)}"><failure type="error" message="${xml(message)}">${xml(message)}</failure></testcase>\n`;
}

function failureText({ request, headers, faults, because }: CaseResult): string {
  const shown = [request, ...Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`)].join(' ');
  return [shown, ...faults.map((it) => `expected ${it.field} ${it.expected}, but ${it.actual}`), ...(because === undefined ? [] : [`because ${because}`])].join('\n');
}
