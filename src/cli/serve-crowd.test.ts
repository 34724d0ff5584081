/** More clients than the process has file descriptors for. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder, until } from '../../test/harness/temp-folder.ts';

/** Nobody else binds there. */
const address = `127.${randomInt(128, 250)}.${randomInt(1, 250)}.1`;
const clients = 400;

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

test('with few file descriptors open connections go on, new ones are closed, and all is well when some have left', { timeout: 120_000, skip: process.platform !== 'linux' }, async (context) => {
  const backend = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  context.after(() => { backend.closeAllConnections(); backend.close(); });
  await once(backend, 'listening');
  const file = join(tempFolder(context), 'lab.yaml');
  writeFileSync(file, manifests);
  const arguments_ = [join(import.meta.dirname, 'main.ts'), 'serve', file, '--pool', `${address}/32`, '--admin', 'off', '--backend', `default/web:80=127.0.0.1:${(backend.address() as AddressInfo).port}`];
  const child = spawn('/bin/sh', ['-c', 'ulimit -n 200; exec "$@"', 'sh', process.execPath, ...arguments_], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => { output += part; });
  await until(context, () => output.includes('Ready after') || undefined);

  const kept = open(context);
  await ask(kept);
  const crowd = Array.from({ length: clients }, () => open(context));
  await until(context, () => output.includes('client connections are open, which is the limit') || undefined);
  await until(context, () => crowd.filter((it) => it.destroyed).length > clients / 2 || undefined);
  await ask(kept);
  for (const socket of crowd) socket.destroy();
  // The crowd may still be on its way out.
  for (let isServed = false; !isServed;) isServed = await answers(open(context));
  await ask(kept);
  assert.equal(output.split('which is the limit').length, 2, 'it is said once');
  child.kill('SIGTERM');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

function open(context: TestContext): Socket {
  const socket = connect(8080, address).on('error', () => undefined);
  context.after(() => socket.destroy());
  return socket;
}

async function ask(socket: Socket): Promise<void> {
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [answer] = await once(socket, 'data') as [Buffer];
  assert.match(String(answer), /^HTTP\/1\.1 200/);
}

async function answers(socket: Socket): Promise<boolean> {
  socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  const [answer] = await Promise.race([once(socket, 'data'), once(socket, 'close')]) as [Buffer | boolean];
  return Buffer.isBuffer(answer) && String(answer).startsWith('HTTP/1.1 200');
}
