import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './run.ts';
import { targets } from './targets.ts';

/** The same inputs each time; `npm run fuzz` looks further. */
test('what must hold for every input of the codec holds', { timeout: 300_000 }, async () => {
  const { failures, tallies } = await fuzz({ seed: 1121, rounds: 8000 });
  assert.deepEqual(failures, []);
  for (const { target, inputs, accepted } of tallies) {
    assert.equal(inputs, 8000, target);
    assert.ok(accepted > inputs / 50, `${target} accepts only ${accepted} of ${inputs}`);
  }
});

test('inputs that reach new places of the code are found, and lead on', { timeout: 300_000 }, async () => {
  const { failures, tallies } = await fuzz({ seed: 7, rounds: 256, isGuided: true, target: 'h2-to-h1' });
  assert.deepEqual(failures, []);
  assert.ok((tallies[0]?.finds ?? 0) > 10 && (tallies[0]?.places ?? 0) > 100, JSON.stringify(tallies));
});

test('the seeds of each target are accepted or refused as a whole, never thrown at', async () => {
  const { tallies } = await fuzz({ seed: 1, rounds: 1 });
  assert.deepEqual(tallies.map(({ target }) => target), targets.map(({ name }) => name));
});
