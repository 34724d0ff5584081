import assert from 'node:assert/strict';
import { mkdirSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Snapshot } from '../../contract/index.ts';
import { openFileSource } from './file-source.ts';
import type { WatchTimes } from './folder-watch.ts';
import { tempFolder, until } from '../../../test/harness/temp-folder.ts';

interface Watched {
  readonly snapshots: Snapshot[];
  /** Waits until the newest snapshot holds objects with these values of `v`. */
  shows(...values: unknown[]): Promise<Snapshot>;
}

const patience = { timeout: 20_000 };

/** Watches without the poll, so that events alone must do it, unless a test asks for the poll. */
async function watching(context: TestContext, inputs: readonly string[], times: Partial<WatchTimes> = {}): Promise<Watched> {
  const snapshots: Snapshot[] = [];
  const watch = await openFileSource(inputs, { times: { pollMs: 3_600_000, ...times } }).watch((snapshot) => snapshots.push(snapshot));
  context.after(() => watch.close());
  return {
    snapshots,
    shows: (...values) => until(context, () => {
      const last = snapshots.at(-1);
      return last !== undefined && JSON.stringify(values) === JSON.stringify(last.objects.map((object) => (object.value as { v?: unknown }).v)) && last;
    }),
  };
}

test('a save, a new file, a rename over a file and a deletion', patience, async (context) => {
  const folder = tempFolder(context);
  const path = join(folder, 'a.yaml');
  writeFileSync(path, 'v: 1');
  const watched = await watching(context, [folder]);
  await watched.shows(1);
  writeFileSync(path, 'v: 2');
  await watched.shows(2);
  writeFileSync(join(folder, 'b.yaml'), 'v: 3');
  await watched.shows(2, 3);
  writeFileSync(join(folder, '.a.yaml.swp'), 'v: 4');
  renameSync(join(folder, '.a.yaml.swp'), path);
  await watched.shows(4, 3);
  unlinkSync(join(folder, 'b.yaml'));
  await watched.shows(4);
});

test('a file that is gone or empty for a moment never shows', patience, async (context) => {
  const folder = tempFolder(context);
  const path = join(folder, 'a.yaml');
  writeFileSync(path, 'v: 1');
  const watched = await watching(context, [folder]);
  await watched.shows(1);
  renameSync(path, join(folder, 'a.yaml~'));
  writeFileSync(path, '');
  writeFileSync(path, 'v: 2');
  await watched.shows(2);
  unlinkSync(path);
  writeFileSync(path, 'v: 3');
  await watched.shows(3);
  assert.ok(watched.snapshots.every((snapshot) => snapshot.objects.length === 1));
});

test('what says the same calls nobody', patience, async (context) => {
  const folder = tempFolder(context);
  writeFileSync(join(folder, 'a.yaml'), 'v: 1');
  const watched = await watching(context, [folder]);
  await watched.shows(1);
  writeFileSync(join(folder, 'a.yaml'), 'v: 1');
  writeFileSync(join(folder, 'note.txt'), 'x');
  writeFileSync(join(folder, 'b.yaml'), 'v: 2');
  await watched.shows(1, 2);
  assert.equal(watched.snapshots.length, 2);
});

test('a deletion is one change, and moves nothing before it', patience, async (context) => {
  const folder = tempFolder(context);
  mkdirSync(join(folder, 'a'));
  writeFileSync(join(folder, 'a/z.yaml'), 'v: 1');
  writeFileSync(join(folder, 'a.yaml'), 'v: 2');
  writeFileSync(join(folder, 'b.yaml'), 'v: 3');
  const watched = await watching(context, [folder]);
  await watched.shows(1, 2, 3);
  unlinkSync(join(folder, 'a.yaml'));
  await watched.shows(1, 3);
  assert.equal(watched.snapshots.length, 2);
});

test('a broken save keeps the last good content and says so once; a repair clears it', patience, async (context) => {
  const folder = tempFolder(context);
  const path = join(folder, 'a.yaml');
  writeFileSync(path, 'v: 1');
  const watched = await watching(context, [folder]);
  await watched.shows(1);
  writeFileSync(path, 'v: [');
  const broken = await until(context, () => watched.snapshots.find((snapshot) => snapshot.findings.length > 0));
  assert.deepEqual(broken.findings.map((finding) => finding.code), ['yaml-syntax', 'kept-last-good']);
  assert.equal(broken.objects[0], watched.snapshots[0]!.objects[0]);
  writeFileSync(path, 'v: 2');
  assert.deepEqual((await watched.shows(2)).findings, []);
});

test('a Kubernetes ConfigMap mount swaps its links', patience, async (context) => {
  const folder = tempFolder(context);
  const version = (name: string, text: string): void => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'a.yaml'), text);
    symlinkSync(name, join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
  };
  version('..2026_1', 'v: 1');
  symlinkSync('..data/a.yaml', join(folder, 'a.yaml'));
  const whole = await watching(context, [folder]);
  const single = await watching(context, [join(folder, 'a.yaml')]);
  await whole.shows(1);
  await single.shows(1);
  version('..2026_2', 'v: 2');
  rmSync(join(folder, '..2026_1'), { recursive: true });
  await whole.shows(2);
  await single.shows(2);
});

test('a single file is watched through its folder', patience, async (context) => {
  const folder = tempFolder(context);
  const path = join(folder, 'a.conf');
  writeFileSync(path, 'v: 1');
  const watched = await watching(context, [path]);
  await watched.shows(1);
  writeFileSync(`${path}.new`, 'v: 2');
  renameSync(`${path}.new`, path);
  await watched.shows(2);
  writeFileSync(path, 'v: 3');
  await watched.shows(3);
});

test('folders come, go and come back, the watched one too', patience, async (context) => {
  const folder = join(tempFolder(context), 'manifests');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.yaml'), 'v: 1');
  const watched = await watching(context, [folder]);
  await watched.shows(1);
  mkdirSync(join(folder, 'deep/deeper'), { recursive: true });
  writeFileSync(join(folder, 'deep/deeper/b.yaml'), 'v: 2');
  await watched.shows(1, 2);
  writeFileSync(join(folder, 'deep/deeper/b.yaml'), 'v: 3');
  await watched.shows(1, 3);
  rmSync(join(folder, 'deep'), { recursive: true });
  await watched.shows(1);
  rmSync(folder, { recursive: true });
  await watched.shows();
  assert.equal(watched.snapshots.at(-1)!.findings[0]!.code, 'file-unreadable');
  mkdirSync(folder);
  writeFileSync(join(folder, 'a.yaml'), 'v: 4');
  await watched.shows(4);
  writeFileSync(join(folder, 'a.yaml'), 'v: 5');
  assert.deepEqual((await watched.shows(5)).findings, []);
});

test('a link to a release folder is swapped', patience, async (context) => {
  const folder = tempFolder(context);
  for (const release of ['one', 'two']) {
    mkdirSync(join(folder, release));
    writeFileSync(join(folder, release, 'a.yaml'), `v: ${release}`);
  }
  symlinkSync('one', join(folder, 'current'));
  const watched = await watching(context, [join(folder, 'current')]);
  await watched.shows('one');
  symlinkSync('two', join(folder, 'next'));
  renameSync(join(folder, 'next'), join(folder, 'current'));
  await watched.shows('two');
  writeFileSync(join(folder, 'two/a.yaml'), 'v: three');
  await watched.shows('three');
});

test('a file beyond the watched folders is found by the poll', patience, async (context) => {
  const folder = tempFolder(context);
  mkdirSync(join(folder, 'elsewhere'));
  mkdirSync(join(folder, 'watched'));
  writeFileSync(join(folder, 'elsewhere/a.yaml'), 'v: 1');
  symlinkSync('../elsewhere/a.yaml', join(folder, 'watched/a.yaml'));
  const watched = await watching(context, [join(folder, 'watched')], { pollMs: 30 });
  await watched.shows(1);
  writeFileSync(join(folder, 'elsewhere/a.yaml'), 'v: 2');
  await watched.shows(2);
});

test('a thousand files: one save makes one new object', patience, async (context) => {
  const folder = tempFolder(context);
  for (let index = 0; index < 1000; index += 1) writeFileSync(join(folder, `${index}.yaml`), `v: ${index}`);
  const watched = await watching(context, [folder]);
  const before = await until(context, () => watched.snapshots[0]);
  assert.equal(before.objects.length, 1000);
  writeFileSync(join(folder, '500.yaml'), 'v: changed');
  const after = await until(context, () => watched.snapshots[1]);
  assert.equal(after.objects.filter((object, index) => object !== before.objects[index]).length, 1);
});

test('saves without a pause do not put off the reading', patience, async (context) => {
  const folder = tempFolder(context);
  writeFileSync(join(folder, 'a.yaml'), 'v: 1');
  const watched = await watching(context, [folder], { quietMs: 10_000 });
  await watched.shows(1);
  const busy = setInterval(() => writeFileSync(join(folder, 'note.txt'), 'x'), 2);
  try {
    writeFileSync(join(folder, 'a.yaml'), 'v: 2');
    await watched.shows(2);
  } finally {
    clearInterval(busy);
  }
});

test('nothing is called after close', patience, async (context) => {
  const folder = tempFolder(context);
  writeFileSync(join(folder, 'a.yaml'), 'v: 1');
  const snapshots: Snapshot[] = [];
  const source = openFileSource([folder]);
  const watch = await source.watch((snapshot) => snapshots.push(snapshot));
  await watch.close();
  writeFileSync(join(folder, 'a.yaml'), 'v: 2');
  assert.equal((await source.read()).objects.length, 1);
  assert.equal(snapshots.length, 1);
});
