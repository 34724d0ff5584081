import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './run.ts';
import { targets } from './targets.ts';

/** The same inputs each time; `npm run fuzz` looks further. */
test('what must hold for every input of the codec holds', { timeout: 300_000 }, async () => {
  const { failures, tallies } = await fuzz({ seed: 1121, rounds: 15_000 });
  assert.deepEqual(failures, []);
  for (const { target, inputs, accepted } of tallies) {
    assert.equal(inputs, 15_000, target);
    assert.ok(accepted > inputs / 50, `${target} accepts only ${accepted} of ${inputs}`);
  }
});

test('the seeds of each target are accepted or refused as a whole, never thrown at', async () => {
  const { tallies } = await fuzz({ seed: 1, rounds: 1 });
  assert.deepEqual(tallies.map(({ target }) => target), targets.map(({ name }) => name));
});
