import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { eventually } from '../testing/rig.test.ts';
import { LogFile } from './log-file.ts';

const limit = { timeout: 60_000 };
const noneDropped = (lines: number): never => assert.fail(`${lines} lines were dropped`);

function place(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-log-'));
  t.after(() => { rmSync(folder, { recursive: true }); });
  return join(folder, 'access.log');
}

test('lines are added to what is there, and close writes the rest', limit, async (t) => {
  const path = place(t);
  const first = new LogFile(path, noneDropped);
  first.add('one\n');
  await eventually(() => readFileSync(path, 'utf8') === 'one\n');
  first.add('two\n');
  first.close();
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\n');
  const second = new LogFile(path, noneDropped);
  second.add('three\n');
  second.close();
  assert.equal(readFileSync(path, 'utf8'), 'one\ntwo\nthree\n');
});

test('a file that was renamed is made anew, and no line is lost', limit, async (t) => {
  const path = place(t);
  const log = new LogFile(path, noneDropped);
  let count = 0;
  const add = (): void => log.add(`${++count}\n`);
  add();
  await eventually(() => readFileSync(path, 'utf8') === '1\n');
  renameSync(path, `${path}.1`);
  const timer = setInterval(add, 10);
  await eventually(() => existsSync(path) && readFileSync(path, 'utf8') !== '');
  clearInterval(timer);
  log.close();
  const all = readFileSync(`${path}.1`, 'utf8') + readFileSync(path, 'utf8');
  assert.equal(all, Array.from({ length: count }, (_, index) => `${index + 1}\n`).join(''));
});

test('a file that cannot be opened is an error at once, and lines after the end are counted as dropped', limit, (t) => {
  const path = place(t);
  assert.throws(() => new LogFile(join(path, 'no', 'folder'), noneDropped), /ENOENT/);
  let dropped = 0;
  const log = new LogFile(path, (lines) => { dropped += lines; });
  log.close();
  log.close();
  log.add('late\n');
  assert.equal(dropped, 1);
});

/** Writes 24 MB of lines into standard output, and tells its parent how many were dropped and whether its timers went on. */
const writer = `
  const { LogFile } = await import(process.argv[1]);
  let dropped = 0;
  let turns = 0;
  const log = new LogFile('-', (lines) => { dropped += lines; });
  const timer = setInterval(() => {
    for (let i = 0; i < 1200; i++) log.add(JSON.stringify({ turn: turns, i, pad: 'x'.repeat(180) }) + '\\n');
    if (++turns < 100) return;
    clearInterval(timer);
    process.send({ dropped, turns });
  }, 5);
  process.on('message', () => process.exit());
`;

test('a reader that stands still holds nobody up: what does not fit is dropped and counted, and lines stay whole', limit, async (t) => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer, join(import.meta.dirname, 'log-file.ts')], { stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  t.after(() => child.kill('SIGKILL'));
  const [told] = await once(child, 'message') as [{ dropped: number; turns: number }];
  assert.equal(told.turns, 100);
  assert.ok(told.dropped > 0, 'nothing was dropped');
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => { text += part; });
  await eventually(() => text.split('\n').length - 1 === 120_000 - told.dropped);
  for (const line of text.split('\n').slice(0, -1)) JSON.parse(line);
  child.send('end');
});
