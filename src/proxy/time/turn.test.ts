import assert from 'node:assert/strict';
import { test } from 'node:test';
import { atEndOfTurn, endTurn } from './turn.ts';

const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });

test('writers write once, in the order in which they became due, and not before the turn ends', async () => {
  const written: string[] = [];
  const writer = (name: string): { writeOut(): void } => ({ writeOut: () => { written.push(name); } });
  atEndOfTurn(writer('a'));
  atEndOfTurn(writer('b'));
  await Promise.resolve();
  assert.deepEqual(written, []);
  await turn();
  assert.deepEqual(written, ['a', 'b']);
  await turn();
  assert.deepEqual(written, ['a', 'b']);
});

test('a writer that becomes due while others write has its turn too', () => {
  const written: string[] = [];
  atEndOfTurn({ writeOut: () => { written.push('first'); atEndOfTurn({ writeOut: () => { written.push('second'); } }); } });
  endTurn();
  assert.deepEqual(written, ['first', 'second']);
});

test('a writer that throws takes nobody along for ever', async () => {
  atEndOfTurn({ writeOut: () => { throw new Error('broken'); } });
  assert.throws(() => endTurn(), /broken/);
  let wrote = false;
  atEndOfTurn({ writeOut: () => { wrote = true; } });
  await turn();
  assert.ok(wrote);
});
