/**
 * `npm run scenarios [-- NAME… --cluster --data-plane envoy --table FILE]`: runs the scenarios whose names contain a word, all without one, and
 * prints the table. With `--data-plane envoy` they are carried by Envoys. With `--cluster` on the cluster of `npm run cluster`, by a client outside its node.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { Certificates } from './certificates.ts';
import type { Outcome } from './check.ts';
import { isOutside, runOutside, withCluster } from './cluster/run.ts';
import { loadScenarios } from './load-scenarios.ts';
import { LocalStage } from './local-stage.ts';
import { runScenario } from './run-scenario.ts';
import type { Stage } from './stage.ts';
import { countLine, countsByScenario, failureLines, outcomeTable } from './table.ts';

const { values, positionals } = parseArgs({ allowPositionals: true, options: { table: { type: 'string' }, 'data-plane': { type: 'string' }, cluster: { type: 'boolean', default: false } } });
const scenarios = await loadScenarios(positionals);
if (scenarios.length === 0) {
  process.stderr.write(`no scenario is called ${positionals.join(' or ')}\n`);
  process.exit(2);
}
if (values.cluster && !isOutside()) process.exit(runOutside(process.argv.slice(1)));
/** Ctrl-C lets the scenario of now end, so that nothing of it stays. */
let isStopped = false;
if (values.cluster) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => { isStopped = true; });
const begun = performance.now();
const certificates = await Certificates.make();
const results = new Map<string, Outcome[]>();
try {
  if (values.cluster) await withCluster(certificates, values['data-plane'] === 'envoy' ? 'envoy' : 'native', (stage) => run(stage, 1));
  else await run(new LocalStage(certificates, values['data-plane'] === undefined ? [] : ['--data-plane', values['data-plane']]), 2);
} finally {
  await certificates.discard();
}
const outcomes = scenarios.flatMap((scenario) => results.get(scenario.name) ?? []);
const table = outcomeTable(outcomes);
process.stdout.write(`${table}\n${countsByScenario(outcomes)}`);
if (values.table !== undefined) await writeFile(values.table, table);
process.stderr.write(`${countLine(outcomes)} in ${secondsSince(begun)} s\n`);
process.exitCode = outcomes.some((outcome) => outcome.result === 'failed') ? 1 : 0;

/** So many scenarios at a time: two processes keep two cores busy, a cluster has each namespace once. */
async function run(stage: Stage, width: number): Promise<void> {
  const waiting = [...scenarios];
  await Promise.all(Array.from({ length: width }, async () => {
    for (let scenario = waiting.shift(); !isStopped && scenario !== undefined; scenario = waiting.shift()) {
      const started = performance.now();
      const its = await runScenario(scenario, stage);
      results.set(scenario.name, its);
      if (values.cluster) process.stderr.write(`${scenario.name}: ${countLine(its)} in ${secondsSince(started)} s\n${failureLines(its)}`);
    }
  }));
}

function secondsSince(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(1);
}
