import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { test, type TestContext } from 'node:test';
import type { Snapshot } from '../../contract/index.ts';
import { openFileSource, type FileSource, type FileSourceOptions } from './file-source.ts';
import { tempFolder } from '../../../test/harness/temp-folder.ts';

function names(snapshot: Snapshot): unknown[] {
  return snapshot.objects.map((object) => (object.value as { v?: unknown }).v);
}

function codes(snapshot: Snapshot): string[] {
  return snapshot.findings.map((finding) => finding.code);
}

/** A folder with these files, and a source over it. */
function sourceOver(context: TestContext, files: Record<string, string | Buffer>, options?: FileSourceOptions): { readonly folder: string; readonly source: FileSource } {
  const folder = tempFolder(context);
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return { folder, source: openFileSource([folder], options) };
}

test('a folder is read in name order, recursively, without hidden files and node_modules', async (context) => {
  const { source, folder } = sourceOver(context, { 'b.yaml': 'v: 3', 'a/z.yml': 'v: 1', 'a.json': '{"v": 2}', 'c.txt': 'v: 9', '.h.yaml': 'v: 9', '.git/x.yaml': 'v: 9', 'node_modules/x.yaml': 'v: 9' });
  symlinkSync('..', join(folder, 'a', 'loop'));
  const snapshot = await source.read();
  assert.deepEqual(names(snapshot), [1, 2, 3]);
  assert.deepEqual(snapshot.findings, []);
  assert.deepEqual(snapshot.objects.map((object) => object.order), snapshot.objects.map((object) => object.order).toSorted((a, b) => a - b));
});

test('files by name, globs and doubles', async (context) => {
  const { folder } = sourceOver(context, { 'a.conf': 'v: 1', 'x/b.yaml': 'v: 2', 'x/c.yaml': 'v: 3', 'x/y/d.yaml': 'v: 4' });
  const read = async (...inputs: string[]): Promise<unknown[]> => names(await openFileSource(inputs.map((input) => join(folder, input))).read());
  assert.deepEqual(await read('x/c.yaml', 'a.conf', 'x', 'x/c.yaml'), [3, 1, 2, 4]);
  assert.deepEqual(await read('x/*.yaml'), [2, 3]);
  assert.deepEqual(await read('**/[bd].yaml'), [2, 4]);
  assert.deepEqual(await read('*/y/*'), [4]);
  const missing = await openFileSource([join(folder, 'q*.yaml')]).read();
  assert.match(missing.findings[0]!.message, /^no file matches .*q\*\.yaml$/);
});

test('positions carry the path as it was typed', async (context) => {
  const { folder } = sourceOver(context, { 'x/b.yaml': 'v: 2' });
  const typed = relative(process.cwd(), folder);
  const [object] = (await openFileSource([`${typed}/`]).read()).objects;
  assert.equal(object!.locate(['v'])!.file, join(typed, 'x/b.yaml'));
});

test('standard input', async () => {
  const snapshot = await openFileSource(['-'], { stdin: Readable.from(['v: 1\n---\n', 'v: [\n']) }).read();
  assert.deepEqual(names(snapshot), [1]);
  assert.equal(snapshot.findings[0]!.position!.file, '<stdin>');
});

test('encodings', async (context) => {
  const text = 'v: é\r\nm: 1\r\n';
  const wide = Buffer.from(`\uFEFF${text}`, 'utf16le');
  const { source } = sourceOver(context, { 'a.yaml': `\uFEFF${text}`, 'b.yaml': wide, 'c.yaml': Buffer.from(wide).swap16() });
  const snapshot = await source.read();
  assert.deepEqual(names(snapshot), ['é', 'é', 'é']);
  assert.deepEqual(snapshot.objects[1]!.locate(['m']), { ...snapshot.objects[1]!.locate([])!, line: 2, column: 4 });
});

test('what is no text is refused with its place', async (context) => {
  const { source } = sourceOver(context, { 'a.yaml': Buffer.from('v: 1\nm: \xe9\n', 'latin1'), 'b.yaml': Buffer.from('\x7fELF\0\0'), 'c.yaml': Buffer.from('v: 1\n', 'utf16le') });
  const { objects, findings } = await source.read();
  assert.equal(objects.length, 0);
  assert.deepEqual(findings.map((finding) => [finding.position!.line, finding.position!.column]), [[2, 4], [1, 1], [1, 2]]);
  assert.match(findings[0]!.message, /^this is not UTF-8 text: it holds the byte 0xe9$/);
  assert.match(findings[1]!.message, /^this is not a text file: it holds the byte 0x7f$/);
});

test('limits and what cannot be read', async (context) => {
  const { source, folder } = sourceOver(context, { 'a.yaml': 'v: 1', 'b.yaml': `v: ${'x'.repeat(2000)}` }, { maxFileBytes: 1000 });
  symlinkSync('nowhere.yaml', join(folder, 'c.yaml'));
  const snapshot = await source.read();
  assert.deepEqual(names(snapshot), [1]);
  assert.deepEqual(codes(snapshot).toSorted(), ['file-unreadable', 'yaml-limit']);
  const missing = await openFileSource([join(folder, 'gone')]).read();
  assert.match(missing.findings[0]!.message, /gone cannot be read: there is no such file or folder$/);
  mkdirSync(join(folder, 'empty'));
  assert.match((await openFileSource([join(folder, 'empty')]).read()).findings[0]!.message, /holds no \.yaml, \.yml or \.json file$/);
});

test('a file without the right to read it is a finding', { skip: process.getuid?.() === 0 && 'root may read everything' }, async (context) => {
  const { source, folder } = sourceOver(context, { 'a.yaml': 'v: 1' });
  chmodSync(join(folder, 'a.yaml'), 0);
  assert.deepEqual(codes(await source.read()), ['file-unreadable']);
});

test('objects keep their identity while their text stays, and count their changes', async (context) => {
  const document = (name: string, x: number): string => `kind: K\nmetadata: {name: ${name}}\nspec: {x: ${x}}\n`;
  const { source, folder } = sourceOver(context, { 'a.yaml': `${document('one', 1)}---\n${document('two', 1)}`, 'b.yaml': document('three', 1) });
  const first = await source.read();
  writeFileSync(join(folder, 'a.yaml'), `${document('one', 1)}---\n${document('two', 2)}`);
  const second = await source.read();
  assert.equal(second.objects[0], first.objects[0]);
  assert.notEqual(second.objects[1], first.objects[1]);
  assert.equal(second.objects[2], first.objects[2]);
  assert.deepEqual(second.objects.map((object) => object.generation), [1, 2, 1]);
  writeFileSync(join(folder, 'a.yaml'), `# moved\n${document('one', 1)}---\n${document('two', 2)}`);
  const third = await source.read();
  assert.equal(third.objects[1]!.locate(['spec', 'x'])!.line, 8);
  assert.deepEqual(third.objects.map((object) => object.generation), [1, 2, 1]);
});

test('a broken file keeps its last good objects; a deleted one loses them', async (context) => {
  const { source, folder } = sourceOver(context, { 'a.yaml': 'v: 1\n---\nkind: K\nmetadata: {name: x}\nv: 2\n' });
  const good = await source.read();
  writeFileSync(join(folder, 'a.yaml'), 'v: 1\n---\nkind: K\nmetadata: {name: x\nv: 2\n');
  const broken = await source.read();
  assert.deepEqual(names(broken), [1, 2]);
  assert.equal(broken.objects[1], good.objects[1]);
  assert.deepEqual(codes(broken), ['yaml-syntax', 'kept-last-good']);
  assert.match(broken.findings[1]!.message, /stays in force until it is repaired: K x$/);
  writeFileSync(join(folder, 'a.yaml'), 'v: 1\n---\nkind: K\nmetadata: {name: x}\nv: 3\n');
  const repaired = await source.read();
  assert.deepEqual(names(repaired), [1, 3]);
  assert.deepEqual(repaired.objects.map((object) => object.generation), [1, 2]);
  rmSync(join(folder, 'a.yaml'));
  writeFileSync(join(folder, 'b.yaml'), 'v: 9');
  assert.deepEqual(names(await source.read()), [9]);
});

test('a change that keeps size and stamp is seen when it follows at once', async (context) => {
  const { source, folder } = sourceOver(context, { 'a.yaml': 'v: 1' });
  await source.read();
  writeFileSync(join(folder, 'a.yaml'), 'v: 2');
  assert.deepEqual(names(await source.read()), [2]);
  writeFileSync(join(folder, 'new'), 'v: 3');
  renameSync(join(folder, 'new'), join(folder, 'a.yaml'));
  assert.deepEqual(names(await source.read()), [3]);
});
