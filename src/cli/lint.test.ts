import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

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
