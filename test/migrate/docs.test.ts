/** docs/migrate.md has every annotation with its fate. UPDATE_GOLDEN=1 writes the table. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { usualFates } from '../../src/migrate/index.ts';

const file = join(import.meta.dirname, '../../docs/migrate.md');
const [begin, end] = ['<!-- annotations -->\n', '<!-- end of annotations -->'];

test('docs/migrate.md has every annotation', () => {
  const rows = Object.entries(usualFates).map(([name, { fate, says, instead, guards }]) => `| \`${name}\` | ${guards === true ? 'held back' : fate} | ${says}${instead === undefined ? '' : `; ${instead}`} |`.replaceAll('\n', ' '));
  const table = ['| annotation | fate | what, and what to do |', '| --- | --- | --- |', ...rows, ''].join('\n');
  const text = readFileSync(file, 'utf8');
  const made = text.slice(0, text.indexOf(begin) + begin.length) + table + text.slice(text.indexOf(end));
  if (process.env['UPDATE_GOLDEN'] === '1') writeFileSync(file, made);
  assert.equal(readFileSync(file, 'utf8'), made);
});
