import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Certificates } from './certificates.ts';
import { loadScenarios } from './load-scenarios.ts';
import { LocalStage } from './local-stage.ts';
import { runScenario } from './run-scenario.ts';
import { countLine } from './table.ts';
import { staleWaits } from './waits.ts';

const scenarios = await loadScenarios();

test('every check that is said to wait exists', () => {
  assert.deepEqual(staleWaits(scenarios), []);
});

test('scenarios', { concurrency: 2 }, async (context) => {
  const certificates = await Certificates.make();
  const stage = new LocalStage(certificates);
  try {
    await Promise.all(scenarios.map((scenario) => context.test(scenario.name, async (subtest) => {
      const outcomes = await runScenario(scenario, stage);
      subtest.diagnostic(countLine(outcomes));
      assert.deepEqual(outcomes.filter((outcome) => outcome.result === 'failed').map(({ check, note }) => `${check}: ${note}`), []);
    })));
  } finally {
    await certificates.discard();
  }
});
