/**
 * One folder a case: what `postern lint` prints for a broken manifest beside the good ones of `_good.yaml`. UPDATE_GOLDEN=1
 * rewrites `expected.txt`; a missing or an orphan file fails.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { paletteFor } from '../../src/cli/colour.ts';
import { lintText } from '../../src/cli/format-finding.ts';
import { lintFindings } from '../../src/cli/lint-findings.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import { openFileSource } from '../../src/source/index.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { brokenCases, brokenRoot, placeCase } from './broken-cases.ts';
import { generatedCases } from './generated-cases.ts';

const updating = process.env['UPDATE_GOLDEN'] === '1';
const good = join(brokenRoot, '_good.yaml');
process.env['NO_COLOR'] = '1';

async function lint(...paths: string[]): Promise<string> {
  const { findings, model } = lintFindings(await openFileSource(paths).read(), nativeSettings({ strict: false }));
  return lintText(findings, model.skipped, paletteFor({ isTTY: false }));
}

test('the good manifests are good', async () => {
  assert.equal(await lint(good), 'no findings\n');
});

for (const broken of brokenCases()) {
  test(`broken ${broken.name}`, async (context) => {
    const root = tempFolder(context);
    const printed = (await lint(good, placeCase(broken, root))).replaceAll(`${root}/`, '').replaceAll(`${brokenRoot}/`, '');
    const folder = join(brokenRoot, broken.name);
    if (updating) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'expected.txt'), printed);
    }
    const files = existsSync(folder) ? readdirSync(folder).sort() : [];
    assert.deepEqual(files, ['expected.txt', ...(broken.name in generatedCases ? [] : [broken.fileName])], 'missing or orphan files; UPDATE_GOLDEN=1 writes expected.txt');
    assert.equal(printed, readFileSync(join(folder, 'expected.txt'), 'utf8'));
    assert.match(printed, /^\S+:\d+:\d+ (?:error|warning) \[/, 'the first message names a file, a line and a column');
  });
}

test('postern lint prints the same, and its exit code says that there are findings', (context) => new Promise<void>((resolve) => {
  const path = join(brokenRoot, 'yaml-tab', 'in.yaml');
  const main = new URL('../../src/cli/main.ts', import.meta.url).pathname;
  execFile(process.execPath, [main, 'lint', good, path], { signal: context.signal }, (error, stdout) => {
    assert.equal(error?.code, 1);
    assert.equal(stdout.replaceAll(`${brokenRoot}/`, ''), readFileSync(join(brokenRoot, 'yaml-tab', 'expected.txt'), 'utf8'));
    resolve();
  });
}));
