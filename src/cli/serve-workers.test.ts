/** `postern serve --workers`: real processes that are killed, replaced and ended. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { Agent, createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { text } from 'node:stream/consumers';
import { tempFolder, until } from '../../test/harness/temp-folder.ts';

const patience = { timeout: 120_000 };
/** Nobody else binds there. */
const address = `127.${randomInt(128, 250)}.${randomInt(1, 250)}.1`;

const manifests = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g, namespace: default}
spec:
  gatewayClassName: postern
  listeners: [{name: http, port: 8080, protocol: HTTP}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: r, namespace: default}
spec:
  parentRefs: [{name: g}]
  rules: [{backendRefs: [{name: web, port: 80}]}]
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: default}
spec: {ports: [{port: 80}]}
`;

interface Served {
  readonly child: ChildProcess;
  /** All that was printed. */
  output(): string;
  ready(): Promise<void>;
}

function serving(context: TestContext, flags: readonly string[]): Served {
  const file = join(tempFolder(context), 'lab.yaml');
  writeFileSync(file, manifests);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'serve', file, '--pool', `${address}/32`, ...flags], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => { output += part; });
  return { child, output: () => output, ready: () => until(context, () => (output.includes('Ready after') ? true : undefined)).then(() => undefined) };
}

async function backend(context: TestContext): Promise<number> {
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  context.after(() => { server.closeAllConnections(); server.close(); });
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function ask(agent: Agent | false = false): Promise<string> {
  const [message] = await once(get({ host: address, port: 8080, agent }), 'response') as [IncomingMessage];
  return `${message.statusCode} ${await text(message)}`;
}

/** The worker processes, as the system knows them. */
function workersOf(child: ChildProcess): number[] {
  return readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').split(' ').filter((it) => it !== '').map(Number);
}

test('workers are killed and replaced without a failed request, and end with the program', { ...patience, skip: process.platform !== 'linux' }, async (context) => {
  const port = await backend(context);
  const { child, output, ready } = serving(context, ['--workers', '2', '--backend', `default/web:80=127.0.0.1:${port}`]);
  await ready();
  assert.deepEqual(new Set(await Promise.all(Array.from({ length: 20 }, () => ask()))), new Set(['200 ok']));
  const before = await until(context, () => (workersOf(child).length === 3 ? workersOf(child) : undefined));
  process.kill(before[0]!, 'SIGKILL');
  assert.deepEqual(new Set(await Promise.all(Array.from({ length: 20 }, () => ask()))), new Set(['200 ok']));
  await until(context, () => output().includes(`Worker ${before[0]} ended (SIGKILL); another takes its place.`) || undefined);
  child.kill('SIGUSR2');
  const agent = new Agent({ keepAlive: true });
  context.after(() => agent.destroy());
  while (!output().includes('The workers are replaced.')) assert.equal(await ask(agent), '200 ok');
  assert.equal(await ask(agent), '200 ok');
  await until(context, () => workersOf(child).every((pid) => !before.includes(pid)) || undefined);
  const after = workersOf(child);
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  await until(context, () => after.every(isGone) || undefined);
});

test('workers do not outlive a program that is killed', { ...patience, skip: process.platform !== 'linux' }, async (context) => {
  const { child, ready } = serving(context, ['--workers', '2']);
  await ready();
  const workers = workersOf(child);
  assert.ok(workers.length >= 2);
  child.kill('SIGKILL');
  await until(context, () => workers.every(isGone) || undefined);
});

test('a number of workers that makes no sense is refused', patience, async (context) => {
  const { child } = serving(context, ['--workers', '0']);
  assert.deepEqual(await once(child, 'exit'), [2, null]);
});

function isGone(pid: number): boolean {
  try {
    // A process that nobody waits for any more, in a container without init, stays as a zombie.
    return /^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOENT');
    return true;
  }
}
