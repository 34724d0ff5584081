/** The README's table names every test of the suite, and every expectation belongs to one. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { coverageTable } from './harness/coverage-table.ts';
import { expectations, suiteTests } from './harness/expectation.ts';

const readme = join(import.meta.dirname, 'README.md');
const begin = '<!-- coverage -->';

test('the table of the README is complete and true', () => {
  const text = readFileSync(readme, 'utf8');
  const wanted = `${text.slice(0, text.indexOf(begin) + begin.length)}\n${coverageTable()}\n`;
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(readme, wanted);
  else assert.equal(text, wanted);
});

test('the suite has 170 tests', () => {
  assert.equal(suiteTests().length, 170);
});

test('every expectation belongs to a test of the suite and cites its file', () => {
  const files = new Map(suiteTests().map((one) => [one.name, one.file]));
  for (const { test: name, source } of expectations()) assert.equal(source, files.get(name), name);
});

test('a gateway test without an expectation does not exist', () => {
  const known = new Set(expectations().map((one) => one.test));
  const without = suiteTests().filter((one) => !one.file.startsWith('tests/mesh/') && !known.has(one.name));
  assert.deepEqual(without.map((one) => one.name), []);
});
