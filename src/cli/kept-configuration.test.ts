import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { KeptConfiguration } from './kept-configuration.ts';

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'postern-kept-'));
  t.after(() => rmSync(made, { recursive: true }));
  return join(made, 'state');
}

const never = 1 << 30;

test('what is kept is found again, whole and for this user alone', (t) => {
  const place = folder(t);
  const kept = new KeptConfiguration(place, assert.fail, never);
  assert.equal(kept.read(), undefined);
  kept.write(() => 'one');
  assert.equal(new KeptConfiguration(place, assert.fail).read(), 'one');
  assert.deepEqual(readdirSync(place), ['configuration.json']);
  assert.equal(statSync(join(place, 'configuration.json')).mode & 0o777, 0o600);
});

test('of many changes in a short time the last one is written, once', (t) => {
  const kept = new KeptConfiguration(folder(t), assert.fail, never);
  const written: string[] = [];
  for (const text of ['one', 'two', 'three']) kept.write(() => {
    written.push(text);
    return text;
  });
  assert.deepEqual([written, kept.read()], [['one'], 'one']);
  kept.flush();
  kept.flush();
  assert.deepEqual([written, kept.read()], [['one', 'three'], 'three']);
});

test('what waits is written by itself when its time has come', async (t) => {
  const kept = new KeptConfiguration(folder(t), assert.fail, 1);
  kept.write(() => 'one');
  await new Promise<void>((resolve) => kept.write(() => {
    resolve();
    return 'two';
  }));
  while (kept.read() !== 'two') await new Promise(setImmediate);
});

test('a folder that cannot be written is said, and the proxy goes on', (t) => {
  const place = folder(t);
  writeFileSync(place, 'a file in its place');
  const said: string[] = [];
  const kept = new KeptConfiguration(place, (message) => void said.push(message), never);
  kept.write(() => 'one');
  assert.match(said.join(), /could not be kept in .*state: /);
  assert.equal(kept.read(), undefined);
});

test('without a folder nothing is kept', () => {
  const kept = new KeptConfiguration(undefined, assert.fail);
  kept.write(assert.fail);
  kept.flush();
  assert.equal(kept.read(), undefined);
});
