import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder } from '../../test/harness/temp-folder.ts';
import { openFileSource } from '../source/index.ts';
import { fixedFiles, type FixedFile } from './fix-files.ts';
import { said } from './testing/said.ts';
import { unifiedDiff } from './unified-diff.ts';

async function fixed(t: TestContext, text: string, name = 'web.yaml'): Promise<FixedFile | undefined> {
  const file = join(tempFolder(t), name);
  writeFileSync(file, text);
  return (await fixedFiles(await openFileSource([file]).read()))[0];
}

const route = (body: string): string => `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r}\nspec:\n${body}`;

const cases: readonly (readonly [what: string, before: string, after: string])[] = [
  ['a misspelt field, with its comment and its indentation', route('  # who serves it\n  parentRef:   # one\n    - name: web\n'), route('  # who serves it\n  parentRefs:   # one\n    - name: web\n')],
  ['a misspelt field whose value must be a list', route('  hostname: a.example # it\n'), route('  hostnames: [a.example] # it\n')],
  ['a value in other letters, in the quotes that it had', route("  rules:\n  - matches: [{path: {type: 'pathprefix', value: /}}]\n"), route("  rules:\n  - matches: [{path: {type: 'PathPrefix', value: /}}]\n")],
  ['a text where a number is due', route('  rules:\n  - backendRefs:\n    - {name: s, port: "80"}\n'), route('  rules:\n  - backendRefs:\n    - {name: s, port: 80}\n')],
  ['a number where a text is due, letter by letter', route('  rules:\n  - matches:\n    - headers: [{name: v, value: 1.10}]\n'), route('  rules:\n  - matches:\n    - headers: [{name: v, value: "1.10"}]\n')],
  ['an old version', route('').replace('k8s.io/v1', 'k8s.io/v1alpha2'), route('')],
  ['a kind in other letters and an old version', route('').replace('k8s.io/v1', 'k8s.io/v1alpha2').replace('HTTPRoute', 'httproute'), route('')],
  ['a group that is not there, in a block and in one line',
    'apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {name: g}\nspec:\n  from:\n  - kind: HTTPRoute   # theirs\n    namespace: a\n  to: [{kind: Service}]\n',
    'apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {name: g}\nspec:\n  from:\n  - group: gateway.networking.k8s.io\n    kind: HTTPRoute   # theirs\n    namespace: a\n  to: [{group: "", kind: Service}]\n'],
  ['several documents with Windows line ends', `${route('  hostname: a.example\n')}---\n${route('  hostname: b.example\n').replace('name: r', 'name: b')}`.replaceAll('\n', '\r\n'), `${route('  hostnames: [a.example]\n')}---\n${route('  hostnames: [b.example]\n').replace('name: r', 'name: b')}`.replaceAll('\n', '\r\n')],
  ['an item of a list of objects', `apiVersion: v1\nkind: List\nitems:\n- ${route('  hostname: a.example\n').trimEnd().replaceAll('\n', '\n  ')}\n`, `apiVersion: v1\nkind: List\nitems:\n- ${route('  hostnames: [a.example]\n').trimEnd().replaceAll('\n', '\n  ')}\n`],
  ['the second of two documents that say the same, with its comment', `# one\n${route('  hostnames: [a.example]\n')}--- # again\n# two\n${route('  hostnames: [a.example]\n')}---\nkind: Namespace\napiVersion: v1\nmetadata: {name: shop}\n`, `# one\n${route('  hostnames: [a.example]\n')}---\nkind: Namespace\napiVersion: v1\nmetadata: {name: shop}\n`],
  ['JSON', '{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "r"}, "spec": {"hostname": "a.example"}}', '{"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": "r"}, "spec": {"hostnames": ["a.example"]}}'],
];

for (const [what, before, after] of cases) {
  test(`mended: ${what}`, async (t) => {
    const file = await fixed(t, before);
    assert.equal(file?.problem, undefined);
    assert.equal(file?.after, after);
  });
}

const left: readonly (readonly [what: string, text: string])[] = [
  ['nothing is wrong', route('  hostnames: [a.example]\n')],
  ['the right field is there too', route('  hostname: a.example\n  hostnames: [b.example]\n')],
  ['two documents that say something else', `${route('  hostnames: [a.example]\n')}---\n${route('  hostnames: [b.example]\n')}`],
  ['a twin in a list of objects', `apiVersion: v1\nkind: List\nitems:\n${`- ${route('  hostnames: [a.example]\n').trimEnd().replaceAll('\n', '\n  ')}\n`.repeat(2)}`],
  ['no name is near', route('  whatever: a.example\n')],
  ['the value would be wrong in the other field', route('  hostname: not a host\n')],
  ['the value stands elsewhere, behind an alias', `${route('  hostnames: [a.example]\n  rules:\n  - name: &n x\n    matches: [{headers: [{name: v, value: &v 1}]}]\n  - matches: [{headers: [{name: v, value: *v}]}]\n')}`],
];

for (const [what, text] of left) {
  test(`left alone: ${what}`, async (t) => {
    const file = await fixed(t, text);
    assert.equal(file?.after ?? text, text);
  });
}

test('one mend that does not work keeps no other from being made', async (t) => {
  const file = await fixed(t, route('  hostname: not a host\n  parentRef:\n  - name: web\n'));
  assert.equal(file?.after, route('  hostname: not a host\n  parentRefs:\n  - name: web\n'));
  assert.deepEqual(file?.lines.map((it) => it.replace(/^.*web\.yaml/, '')), [':6:3 spec.parentRef: renamed to parentRefs']);
});

test('a dry run prints a diff and writes nothing, the other writes and reports what is left', async (t) => {
  const file = join(tempFolder(t), 'web.yaml');
  writeFileSync(file, route('  hostname: a.example\n'));
  const dry = await said(t, 'lint', file, '--fix', '--dry-run');
  assert.equal(dry.code, 1);
  assert.match(dry.out, /\n-  hostname: a\.example\n\+ {2}hostnames: \[a\.example\]\n/);
  assert.match(readFileSync(file, 'utf8'), /hostname: a/);
  const { code, out, err } = await said(t, 'lint', file, '--fix', '--fail-on', 'error');
  assert.equal(code, 0);
  assert.match(err, /^mended: .*web\.yaml:5:3 spec\.hostname: renamed to hostnames\nmended: .*web\.yaml:5:3 spec\.hostname: made a list\n$/);
  assert.match(out, /no-parent/);
  assert.match(readFileSync(file, 'utf8'), /hostnames: \[a/);
  assert.equal((await said(t, 'lint', file, '--dry-run')).code, 2);
});

test('a diff has what changed with three lines around it', () => {
  const lines = Array.from({ length: 30 }, (_, index) => `${index + 1}`);
  const text = (all: readonly string[]): string => `${all.join('\n')}\n`;
  assert.equal(unifiedDiff('f', text(lines), text(lines)), '');
  assert.equal(unifiedDiff('f', text(lines), text(lines.map((it) => (it === '10' ? 'x' : it)))), '--- f\n+++ f\n@@ -7,7 +7,7 @@\n 7\n 8\n 9\n-10\n+x\n 11\n 12\n 13\n');
  const twice = unifiedDiff('f', text(lines), text([...lines.slice(0, 1), 'new', ...lines.slice(1, 27), 'y', ...lines.slice(28)]));
  assert.equal(twice, '--- f\n+++ f\n@@ -1,4 +1,5 @@\n 1\n+new\n 2\n 3\n 4\n@@ -25,6 +26,6 @@\n 25\n 26\n 27\n-28\n+y\n 29\n 30\n');
});
