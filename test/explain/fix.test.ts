/** What lint --fix makes of manifests with a slip in them: the manifest as it was before, or nothing. */
import assert from 'node:assert/strict';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { fixedFiles } from '../../src/cli/fix-files.ts';
import { openFileSource } from '../../src/source/index.ts';
import { tempFolder } from '../harness/temp-folder.ts';

const suite = join(import.meta.dirname, '../conformance/suite/tests');
const texts = globSync('*.yaml', { cwd: suite }).filter((it) => !/invalid|mesh/i.test(it)).map((it) => readFileSync(join(suite, it), 'utf8').replaceAll(/\{GATEWAY[A-Z_]+\}/g, 'postern.dev/controller'));

/** Keys of fields, and values that the API knows: places where one letter can go wrong. */
function wordsIn(text: string): { readonly start: number; readonly word: string }[] {
  return [...text.matchAll(/^[ -]+([a-z][A-Za-z]{4,}):(?=\s)|: (PathPrefix|RequestHeaderModifier|RequestRedirect|URLRewrite|Exact|Hostname|Terminate|Passthrough)$/gm)]
    .map((found) => ({ start: found.index + found[0].lastIndexOf(found[1] ?? found[2]!), word: found[1] ?? found[2]! }))
    // Free names are nobody's slip.
    .filter(({ word }) => !['metadata', 'labels', 'annotations', 'namespace', 'matchLabels'].includes(word));
}

type Slip = (word: string, at: number) => string;
const slips: readonly Slip[] = [
  (word, at) => word.slice(0, at) + word.slice(at + 1),
  (word, at) => word.slice(0, at) + word[at]! + word.slice(at),
  (word) => word.toLowerCase(),
];

test('a letter too few, too many or in another case is mended, and nothing else is touched', { timeout: 300_000 }, async (t) => {
  const folder = tempFolder(t);
  let [mended, left] = [0, 0];
  await fc.assert(fc.asyncProperty(fc.nat(), fc.nat(), fc.nat(), fc.nat(), async (which, place, letter, kind) => {
    const text = texts[which % texts.length]!;
    const words = wordsIn(text);
    fc.pre(words.length > 0);
    const { start, word } = words[place % words.length]!;
    const broken = slips[kind % slips.length]!(word, 1 + (letter % (word.length - 1)));
    fc.pre(broken !== word);
    const file = join(folder, 'x.yaml');
    const before = text.slice(0, start) + broken + text.slice(start + word.length);
    writeFileSync(file, before);
    const [fixed] = await fixedFiles(await openFileSource([file]).read());
    const after = fixed?.after ?? before;
    if (after === text) mended++;
    else left++;
    assert.ok(after === text || after === before, `${word} as ${broken}:\n${after}`);
  }), { numRuns: Number(process.env['FIX_SLIPS'] ?? 150) });
  assert.ok(mended > 4 * left, `${mended} mended, ${left} left`);
});
