/** RouteTests for published scenarios: one file a scenario, named as its folder. All pass and reach every match, as real requests do in test/scenarios. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { outcomeOf } from '../../src/cli/test-outcome.ts';
import { testText } from '../../src/cli/test-text.ts';
import { meant, palette } from './goldens.ts';

const root = join(import.meta.dirname, 'scenarios');

for (const file of readdirSync(root)) {
  const name = file.replace(/\.yaml$/, '');
  test(name, async () => {
    const outcome = outcomeOf(await meant(join(import.meta.dirname, '../scenarios/cases', name, 'manifests'), join(root, file)));
    const text = testText(outcome, { palette, coverage: true });
    assert.ok(outcome.results.length > 0 && outcome.results.every(({ passed }) => passed), text);
    assert.deepEqual([outcome.coverage.matches.reached, outcome.broken], [outcome.coverage.matches.all, []], text);
  });
}
