/**
 * What `postern diff` says of changes: one folder a case, `before.yaml` and `after.yaml`, or `edit.yaml` with a published scenario and what is replaced
 * and added.
 */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { parse } from 'yaml';
import { toJson, toMarkdown } from '../../src/cli/diff-formats.ts';
import { diffText } from '../../src/cli/diff-text.ts';
import { withAssumedCertificates } from '../../src/explain/index.ts';
import { compareTraffic } from '../../src/trial/index.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { isAsBefore, judge, meant, palette } from './goldens.ts';

const root = join(import.meta.dirname, 'diffs');
const scenarios = join(import.meta.dirname, '../scenarios/cases');

interface Edit {
  readonly scenario: string;
  readonly replace?: readonly { readonly from: string; readonly to: string }[];
  /** Joins the side after. */
  readonly add?: string;
}

/** The two sides of a case in a folder of their own. */
function sides(t: TestContext, name: string): string {
  const folder = tempFolder(t);
  const own = join(root, name);
  if (!existsSync(join(own, 'edit.yaml'))) {
    for (const side of ['before.yaml', 'after.yaml']) cpSync(join(own, side), join(folder, side));
    return folder;
  }
  const { scenario, replace = [], add } = parse(readFileSync(join(own, 'edit.yaml'), 'utf8')) as Edit;
  for (const side of ['before', 'after']) {
    mkdirSync(join(folder, side));
    cpSync(join(scenarios, scenario, 'manifests'), join(folder, side), { recursive: true });
  }
  for (const { from, to } of replace) {
    const changed = readdirSync(join(folder, 'after')).filter((file) => {
      const path = join(folder, 'after', file);
      const text = readFileSync(path, 'utf8');
      writeFileSync(path, text.replaceAll(from, to));
      return text.includes(from);
    });
    assert.ok(changed.length > 0, `${JSON.stringify(from)} is not in ${scenario}`);
  }
  if (add !== undefined) writeFileSync(join(folder, 'after', 'added.yaml'), add);
  return folder;
}

for (const name of readdirSync(root)) {
  test(name, async (t) => {
    const folder = sides(t, name);
    const input = (side: string): string => (existsSync(join(folder, `${side}.yaml`)) ? join(folder, `${side}.yaml`) : join(folder, side));
    const [before, after] = [withAssumedCertificates(await meant(input('before'))), withAssumedCertificates(await meant(input('after')))];
    const compared = compareTraffic(before, after, judge);
    assert.ok(compared.changes.length > 0);
    const shown = [`$ postern diff before after`, diffText(compared, palette), '$ postern diff before after -o markdown', toMarkdown(compared)].join('\n');
    isAsBefore(join(root, name), shown.replaceAll(`${folder}/`, ''));
    assert.equal((JSON.parse(toJson(compared)) as { changes: unknown[] }).changes.length, compared.changes.length);
    assert.deepEqual(compareTraffic(after, after, judge).changes, []);
    assert.equal(compareTraffic(after, before, judge).changes.filter(({ effect }) => effect === 'new').length, compared.changes.filter(({ effect }) => effect === 'gone').length, 'the way back has as much that is new as the way there has that is gone');
  });
}
