/** The checks of scripts/docs.ts must fail where a page is wrong: each is shown a page with one mistake. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { lint } from '../../src/cli/commands/lint.ts';
import { serve } from '../../src/cli/commands/serve.ts';
import { unexplainedOptions, unknownCommands, type World } from '../../scripts/docs/commands.ts';
import { examplesOf, outcomeOf } from '../../scripts/docs/examples.ts';
import { deadLinks } from '../../scripts/docs/links.ts';
import { readPage } from '../../scripts/docs/markdown.ts';
import { vocabulary } from '../../scripts/docs/reasons.ts';

const root = mkdtempSync(join(tmpdir(), 'postern-docs-'));
const world: World = { root, commands: [serve, lint], scripts: new Set(['start', 'check']) };
after(() => rmSync(root, { recursive: true, force: true }));

function page(text: string): string {
  writeFileSync(join(root, 'page.md'), text);
  return 'page.md';
}

for (const [text, complaint] of [
  ['`postern sreve .`', 'page.md:1: there is no command postern sreve'],
  ['```sh\n\npostern serve . --dmeo   # play\n```', 'page.md:3: postern serve has no option --dmeo'],
  ['`kustomize build . | postern lint - --demo`', 'page.md:1: postern lint has no option --demo'],
  ['`npm start -- --pol x`', 'page.md:1: postern serve has no option --pol'],
  ['see `npm run chekc`', 'page.md:1: there is no npm script chekc'],
  ['use `--pol`', 'page.md:1: no command has an option --pol'],
  ['`node scripts/nothing.ts`', 'page.md:1: scripts/nothing.ts does not exist'],
] as const) {
  test(`complains about ${JSON.stringify(text)}`, () => assert.deepEqual(unknownCommands(page(text), world), [complaint]));
}

test('has nothing to say about what exists', () => {
  const text = '`postern serve . --demo`, `postern lint - -o json`, `--pool CIDR`, `npm run check`\n\n```sh\npostern serve . --backend a/b:1=c:2 # and --nonsense in a comment\n```\n\n```text\npostern nothing --here\n```\n';
  assert.deepEqual(unknownCommands(page(text), world), []);
});

test('an option is explained only where a code span begins with it', () => {
  const missing = unexplainedOptions([page('`--demo` and `--pool CIDR`; `postern serve --strict`')], world);
  assert.equal(missing.some((it) => /--(demo|pool) /.test(it)), false);
  assert.ok(missing.includes('page.md: --strict of postern serve is not explained'));
});

test('finds links that lead nowhere', () => {
  mkdirSync(join(root, 'deep'), { recursive: true });
  writeFileSync(join(root, 'deep/other.md'), '# A `b`-c, d!\n');
  page('[a](deep/other.md#a-b-c-d) [b](deep/other.md#a) [c](nothing.md) [d](https://example.com/x) [e](../out.md) `[f](code.md)`');
  assert.deepEqual(deadLinks(root, ['page.md']), [
    'page.md:1: deep/other.md#a: there is no such heading', 'page.md:1: nothing.md does not exist', 'page.md:1: ../out.md leads out of the repository',
  ]);
});

test('an example prints what lint prints', async () => {
  const { fences } = readPage('```yaml\nkind: Gateway\n```\n\n```text\nold\n```\n');
  const [example] = examplesOf(fences);
  const { codes, text } = await outcomeOf(example!.input);
  assert.deepEqual(codes, ['missing-type']);
  assert.match(text, /^web\.yaml:1:1 error \[missing-type\] apiVersion not set\n/);
});

test('reads types and reasons out of the sources', () => {
  mkdirSync(join(root, 'src/attach'), { recursive: true });
  mkdirSync(join(root, 'src/status'), { recursive: true });
  mkdirSync(join(root, 'src/controller'), { recursive: true });
  writeFileSync(join(root, 'src/attach/a.ts'), "refuse('Bad', 'x'); accept(\n  'Fine', 'y'); const z = { reason: 'Field' };\nreturn a ? 'HostnameConflict' : 'ProtocolConflict';\n");
  writeFileSync(join(root, 'src/status/b.ts'), "condition('Ready', verdict)");
  const { types, reasons } = vocabulary(root);
  assert.deepEqual([[...types], [...reasons].sort()], [['Ready'], ['Bad', 'Field', 'Fine', 'HostnameConflict', 'ProtocolConflict']]);
});
