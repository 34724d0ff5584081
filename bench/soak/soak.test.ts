import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../../test/harness/temp-folder.ts';
import { readSoakOptions } from './options.ts';

test('half a minute of every protocol with edits and flapping endpoints: nothing fails', { skip: process.platform !== 'linux' && 'the soak reads /proc' }, (t) => {
  const json = join(tempFolder(t), 'soak.json');
  const run = spawnSync(process.execPath, [join(import.meta.dirname, '../soak.ts'), '--seconds', '30', '--json', json], { encoding: 'utf8', timeout: 170_000 });
  assert.equal(run.status, 0, `${run.stdout}\n${run.stderr}`);
  const figures = JSON.parse(readFileSync(json, 'utf8')) as { steps: Record<string, number>; failed: unknown[]; edits: number };
  assert.deepEqual(figures.failed, []);
  assert.ok(figures.edits > 50, `${figures.edits} edits`);
  for (const protocol of ['http1', 'https1', 'h2c', 'h2', 'grpc', 'grpc-stream', 'websocket', 'tcp', 'udp', 'tls-passthrough']) {
    assert.ok((figures.steps[protocol] ?? 0) > 20, `${protocol}: ${figures.steps[protocol]} steps`);
  }
});

test('the soak lasts ten minutes unless said otherwise', () => {
  assert.deepEqual(readSoakOptions([]), { seconds: 600, workers: 1, killEverySeconds: 60, json: undefined });
  assert.deepEqual(readSoakOptions(['--seconds', '30', '--workers', '2']), { seconds: 30, workers: 2, killEverySeconds: 60, json: undefined });
  assert.deepEqual(readSoakOptions(['--minutes', 'x']), { wrong: 'numbers are whole and above 0' });
});
