import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findingCodes } from '../contract/index.ts';
import { toSarif } from './lint-formats.ts';
import { said } from './testing/said.ts';
import { knownWords, sectionsFor } from './word-pages.ts';

test('every code of a finding has a page with an example, and every code scanner gets it', () => {
  for (const code of Object.keys(findingCodes)) {
    const [section] = sectionsFor(code);
    assert.equal(section?.page, 'findings', code);
    assert.match(section.text, /^(?!```)[\s\S]+\n```/, `${code}: what it is, and an example`);
  }
  const sarif = JSON.parse(toSarif([{ code: 'unknown-field', severity: 'error', message: 'x' }])) as { runs: { tool: { driver: { rules: { help: { markdown: string } }[] } } }[] };
  assert.match(sarif.runs[0]?.tool.driver.rules[0]?.help.markdown ?? '', /did you mean/);
});

test('words of findings, answers and conditions are explained, and near ones are named', async (t) => {
  for (const word of ['shadowed-rule', 'no-endpoint', 'NoMatchingParent']) {
    assert.ok(knownWords().includes(word), word);
    const { code, out } = await said(t, 'explain', word);
    assert.deepEqual([code, out.startsWith(`${word} (docs/`)], [0, true]);
  }
  assert.match((await said(t, 'explain', 'shadowed-rul')).err, /did you mean shadowed-rule\?/);
  assert.match((await said(t, 'explain', 'xyzzy')).err, /xyzzy is no URL, no KIND\/NAME, and no word/);
});
