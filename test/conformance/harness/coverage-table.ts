import type { Expectation } from './expectation.ts';
import { expectations, suiteTests } from './expectation.ts';

function counts(expectation: Expectation): { status: number; traffic: number } {
  const all = { status: 0, traffic: 0 };
  for (const step of expectation.steps) {
    all.status += step.status?.length ?? 0;
    all.traffic += step.traffic?.length ?? 0;
  }
  return all;
}

function row(name: string, expectation: Expectation | undefined): string {
  if (expectation === undefined) return `| ${name} | – | – | the mesh issue |`;
  const { status, traffic } = counts(expectation);
  if (expectation.later !== undefined) return `| ${name} | – | – | issue ${expectation.later.issue}: ${expectation.later.why} |`;
  return `| ${name} | ${status === 0 ? '–' : `${status} checks`} | ${traffic === 0 ? '–' : `${traffic} requests`} | |`;
}

/** Every test of the suite with where it is covered, as Markdown. */
export function coverageTable(): string {
  const known = new Map(expectations().map((expectation) => [expectation.test, expectation]));
  const rows = suiteTests().map(({ name }) => row(name, known.get(name)));
  return ['| Test | Status, offline | Traffic, offline | Waits for |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
