import assert from 'node:assert/strict';
import { test } from 'node:test';
import { paletteFor } from './colour.ts';

const colourful: readonly (readonly [isTTY: boolean, env: NodeJS.ProcessEnv, wanted: boolean])[] = [
  [true, {}, true],
  [false, {}, false],
  [true, { NO_COLOR: '1' }, false],
  [true, { NO_COLOR: '' }, true],
  [true, { TERM: 'dumb' }, false],
  [false, { FORCE_COLOR: '1' }, true],
  [false, { FORCE_COLOR: '0' }, false],
  [true, { NO_COLOR: '1', FORCE_COLOR: '1' }, true],
];

for (const [isTTY, env, wanted] of colourful) {
  test(`${isTTY ? 'a terminal' : 'a pipe'} with ${JSON.stringify(env)}`, (t) => {
    const before = process.env;
    t.after(() => { process.env = before; });
    process.env = { ...env };
    assert.equal(paletteFor({ isTTY }).red('x') !== 'x', wanted);
  });
}
