import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { tempFolder } from '../../test/harness/temp-folder.ts';

const program = join(import.meta.dirname, 'main.ts');

function lint(input: string, ...options: readonly string[]): { code: number | null; text: string } {
  const { status, stdout } = spawnSync(process.execPath, [program, 'lint', '-', ...options], { input, encoding: 'utf8' });
  return { code: status, text: stdout };
}

test('a pipe that brings nothing is no check that passed', () => {
  const { code, text } = lint('\n');
  assert.equal(code, 1);
  assert.match(text, /^warning \[file-unreadable\] -: there is no document to check\n {2}→ .*pipefail/);
});

test('the exit code follows --fail-on', () => {
  const gateway = JSON.stringify({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'web' }, spec: { gatewayClassName: 'x', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } });
  assert.match(lint(gateway).text, /warning \[class-adopted\]/);
  assert.deepEqual([lint(gateway).code, lint(gateway, '--fail-on', 'error').code, lint('kind: Gateway', '--fail-on', 'error').code], [1, 0, 1]);
});

test('findings come as files are read', () => {
  const route = (name: string): object => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name }, spec: { parentRefs: [{ name: 'nobody' }] } });
  const { text } = lint(['r2', 'r10', 'r1'].map((it) => JSON.stringify(route(it))).join('\n---\n'));
  const lines = text.split('\n').flatMap((it) => /^(?:-|<stdin>):(\d+):/.exec(it)?.[1] ?? []).map(Number);
  assert.deepEqual([...new Set(lines)], [1, 3, 5]);
  assert.deepEqual(lines, lines.toSorted((a, b) => a - b));
});

test('whoever watches gets a report at each change, and the code of the last one', { timeout: 60_000 }, async (t) => {
  const file = join(tempFolder(t), 'web.yaml');
  const text = (field: string): string => `apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: c}\nspec: {${field}: postern.dev/gateway-controller}\n`;
  writeFileSync(file, text('controllerNam'));
  const child = spawn(process.execPath, [program, 'lint', file, '--watch'], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let out = '';
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(out)) out += String((await once(child.stdout, 'data') as [Buffer])[0]);
  };
  await until(/2 errors\n$/);
  out = '';
  writeFileSync(file, text('controllerName'));
  await until(/no findings\n$/);
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});
