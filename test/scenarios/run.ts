/** `npm run scenarios [-- NAME… --table FILE]`: runs the scenarios whose names contain a word, all without one, and prints the table. */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Certificates } from './certificates.ts';
import type { Outcome } from './check.ts';
import { loadScenarios } from './load-scenarios.ts';
import { runScenario } from './run-scenario.ts';
import { countLine, outcomeTable } from './table.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { table: { type: 'string' } } });
const scenarios = await loadScenarios(positionals);
if (scenarios.length === 0) {
  process.stderr.write(`no scenario is called ${positionals.join(' or ')}\n`);
  process.exit(2);
}
const begun = performance.now();
const certificates = await Certificates.make();
const results = new Map<string, Outcome[]>();
const waiting = [...scenarios];
try {
  await Promise.all([worker(), worker()]);
} finally {
  await certificates.discard();
}
const outcomes = scenarios.flatMap((scenario) => results.get(scenario.name) ?? []);
const table = outcomeTable(outcomes);
process.stdout.write(table);
if (values.table !== undefined) await writeFile(values.table, table);
process.stderr.write(`${countLine(outcomes)} in ${((performance.now() - begun) / 1000).toFixed(1)} s\n`);
process.exitCode = outcomes.some((outcome) => outcome.result === 'failed') ? 1 : 0;

/** Two scenarios at a time keep two cores busy. */
async function worker(): Promise<void> {
  for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
    results.set(scenario.name, await runScenario(scenario, certificates));
  }
}
