import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Certificates } from './certificates.ts';
import { loadScenarios } from './load-scenarios.ts';
import { runScenario } from './run-scenario.ts';
import { countLine } from './table.ts';
import { staleWaits } from './waits.ts';

const scenarios = await loadScenarios();

test('every check that is said to wait exists', () => {
  assert.deepEqual(staleWaits(scenarios), []);
});

test('scenarios', { concurrency: 2 }, async (context) => {
  const certificates = await Certificates.make();
  try {
    await Promise.all(scenarios.map((scenario) => context.test(scenario.name, async (subtest) => {
      const outcomes = await runScenario(scenario, certificates);
      subtest.diagnostic(countLine(outcomes));
      assert.deepEqual(outcomes.filter((outcome) => outcome.result === 'failed').map(({ check, note }) => `${check}: ${note}`), []);
    })));
  } finally {
    await certificates.discard();
  }
});
