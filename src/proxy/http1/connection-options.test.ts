import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { withoutBlanks } from './connection-options.ts';

test('blanks around an element go, and nothing else', () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(' ', '\t', 'a', '\xa0', ',') }), (text) => {
    assert.equal(withoutBlanks(text), text.replace(/^[ \t]+|[ \t]+$/g, ''));
  }));
});

test('a long run of blanks costs no more than its length', () => {
  const run = ' '.repeat(60_000);
  const begun = process.cpuUsage().user;
  for (let i = 0; i < 20; i++) assert.equal(withoutBlanks(`${run}a${run}b`), `a${run}b`);
  // Squared it would be minutes.
  assert.ok(process.cpuUsage().user - begun < 5_000_000);
});
