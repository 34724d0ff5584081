import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { type Keepable, KeptConfiguration } from './kept-configuration.ts';

const limit = { timeout: 30_000 };

function folder(t: TestContext): string {
  const made = mkdtempSync(join(tmpdir(), 'postern-kept-'));
  t.after(() => rmSync(made, { recursive: true }));
  return join(made, 'state');
}

const never = { gapMs: 1 << 30 };

/** Entries, and what was asked of them. */
class Entries extends Map<string, string> implements Keepable {
  readonly saved: string[] = [];

  names(): Iterable<string> {
    return this.keys();
  }

  save(names: Iterable<string>): string {
    const text = [...names].map((name) => `${name}=${this.get(name) ?? ''}`).join(' ');
    this.saved.push(text);
    return text;
  }
}

/** What lines come to, the oldest first. */
function newest(lines: readonly string[] | undefined): Record<string, string> {
  const entries = new Map((lines ?? []).flatMap((line) => line.split(' ').filter((it) => it !== '')).map((it) => it.split('=') as [string, string]));
  return Object.fromEntries([...entries].filter(([, value]) => value !== ''));
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise(setImmediate);
}

test('what is kept is found again, whole and for this user alone', limit, async (t) => {
  const place = folder(t);
  const entries = new Entries([['a', '1'], ['b', '2']]);
  const kept = new KeptConfiguration(place, entries, assert.fail, never);
  assert.equal(kept.read(), undefined);
  kept.write(['a', 'b']);
  await until(() => kept.read() !== undefined);
  assert.deepEqual(newest(new KeptConfiguration(place, entries, assert.fail).read()), { a: '1', b: '2' });
  assert.deepEqual(readdirSync(place), ['configuration.jsonl']);
  assert.equal(statSync(join(place, 'configuration.jsonl')).mode & 0o777, 0o600);
});

test('of many changes in a short time the last one is written, once, and nothing but what changed', limit, async (t) => {
  const entries = new Entries([['a', '1'], ['b', '2']]);
  const kept = new KeptConfiguration(folder(t), entries, assert.fail, never);
  kept.write(['a', 'b']);
  await until(() => kept.read() !== undefined);
  entries.saved.length = 0;
  for (const value of ['3', '4', '5']) {
    entries.set('a', value);
    kept.write(['a']);
  }
  entries.delete('b');
  kept.write(['b']);
  kept.flush();
  kept.flush();
  assert.deepEqual([entries.saved, newest(kept.read())], [['a=5 b='], { a: '5' }]);
});

test('what waits is written by itself when its time has come', limit, async (t) => {
  const entries = new Entries([['a', '1']]);
  const kept = new KeptConfiguration(folder(t), entries, assert.fail, { gapMs: 1 });
  kept.write(['a']);
  entries.set('a', '2');
  kept.write(['a']);
  await until(() => newest(kept.read())['a'] === '2');
});

test('a start before all of it was written has all of it', limit, (t) => {
  const entries = new Entries(Array.from({ length: 1000 }, (_, index) => [`n${index}`, String(index)]));
  const kept = new KeptConfiguration(folder(t), entries, assert.fail, never);
  kept.write(['n1']);
  entries.set('n2', 'new');
  kept.write(['n2']);
  kept.flush();
  assert.deepEqual(newest(kept.read()), Object.fromEntries(entries));
});

test('what changes while all of it is written anew is in it, and a file does not grow for ever', limit, async (t) => {
  const place = folder(t);
  const entries = new Entries(Array.from({ length: 1000 }, (_, index) => [`n${index}`, String(index)]));
  const kept = new KeptConfiguration(place, entries, assert.fail, { gapMs: 0, leastGrowth: 0 });
  kept.write(['n1']);
  let largest = 0;
  for (let turn = 0; turn < 3000; turn++) {
    const name = `n${turn % 1000}`;
    if (turn % 7 === 0) entries.delete(name);
    else entries.set(name, `${turn}`);
    kept.write([name]);
    if (turn % 10 === 0) await new Promise((resolve) => { setTimeout(resolve, 1); });
    if (turn % 100 === 0) largest = Math.max(largest, statSync(join(place, 'configuration.jsonl'), { throwIfNoEntry: false })?.size ?? 0);
  }
  kept.flush();
  assert.deepEqual(newest(kept.read()), Object.fromEntries(entries));
  assert.ok(largest < 50_000, `${largest} bytes`);
});

test('a last line that was not written to its end is none', limit, async (t) => {
  const place = folder(t);
  const entries = new Entries([['a', '1']]);
  const kept = new KeptConfiguration(place, entries, assert.fail, never);
  kept.write(['a']);
  await until(() => kept.read() !== undefined);
  appendFileSync(join(place, 'configuration.jsonl'), 'a=2 b=');
  const again = new KeptConfiguration(place, entries, assert.fail, never);
  assert.deepEqual(newest(again.read()), { a: '1' });
  // Nor does the next one go on behind it.
  again.write(['a']);
  again.flush();
  assert.equal(readFileSync(join(place, 'configuration.jsonl'), 'utf8').includes('b='), false);
});

test('a folder that cannot be written is said, and the proxy goes on', limit, async (t) => {
  const place = folder(t);
  writeFileSync(place, 'a file in its place');
  const said: string[] = [];
  const kept = new KeptConfiguration(place, new Entries([['a', '1']]), (message) => void said.push(message), never);
  kept.write(['a']);
  await until(() => said.length > 0);
  assert.match(said.join(), /could not be kept in .*state: /);
  assert.throws(() => statSync(join(place, 'configuration.jsonl')));
});

test('without a folder nothing is kept', () => {
  const entries = new Entries([['a', '1']]);
  const kept = new KeptConfiguration(undefined, entries, assert.fail);
  kept.write(['a']);
  kept.flush();
  assert.deepEqual([kept.read(), entries.saved], [undefined, []]);
});
