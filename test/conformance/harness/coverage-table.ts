import type { Expectation } from './expectation.ts';
import { expectations, skipped, suiteTests } from './expectation.ts';

function counts(expectation: Expectation): { status: number; traffic: number } {
  const all = { status: 0, traffic: 0 };
  for (const step of expectation.steps) {
    all.status += step.status?.length ?? 0;
    all.traffic += (step.traffic?.length ?? 0) + (step.streams?.length ?? 0) + (step.grpc?.length ?? 0);
  }
  return all;
}

function row(name: string, expectation: Expectation | undefined): string {
  if (expectation === undefined) return `| ${name} | – | – | the mesh issue |`;
  const { status, traffic } = counts(expectation);
  const cell = (part: 'status' | 'traffic', count: number, unit: string): string =>
    count === 0 || skipped(expectation, part) !== false ? '–' : `${count} ${unit}`;
  const { later } = expectation;
  const waits = later === undefined ? '' : `issue ${later.issue}: ${later.of.length === 2 ? '' : 'traffic, '}${later.why}`;
  return `| ${name} | ${cell('status', status, 'checks')} | ${cell('traffic', traffic, 'requests')} | ${waits} |`;
}

/** Every test of the suite with where it is covered, as Markdown. */
export function coverageTable(): string {
  const known = new Map(expectations().map((expectation) => [expectation.test, expectation]));
  const rows = suiteTests().map(({ name }) => row(name, known.get(name)));
  return ['| Test | Status, offline | Traffic, offline | Waits for |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
