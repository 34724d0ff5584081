/** What `postern serve` shows to whoever operates it: admin endpoint, readiness, access log. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder, until } from '../../test/harness/temp-folder.ts';

const patience = { timeout: 60_000 };
const address = `127.${randomInt(128, 250)}.${randomInt(1, 250)}.2`;
const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g, namespace: default}
spec:
  gatewayClassName: somebody
  listeners: [{name: http, port: 8080, protocol: HTTP}]
`;

interface Child {
  readonly process: ChildProcess;
  readonly out: () => string;
  readonly errors: () => string;
}

function start(context: TestContext, ...flags: string[]): Child {
  const folder = tempFolder(context);
  writeFileSync(join(folder, 'gateway.yaml'), gateway);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'serve', folder, '--pool', `${address}/32`, ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
  context.after(() => child.kill('SIGKILL'));
  let [out, errors] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (part: string) => { out += part; });
  child.stderr.setEncoding('utf8').on('data', (part: string) => { errors += part; });
  return { process: child, out: () => out, errors: () => errors };
}

async function said(context: TestContext, text: () => string, words: RegExp): Promise<RegExpExecArray> {
  return until(context, () => words.exec(text()) ?? undefined);
}

async function page(url: string): Promise<{ readonly status: number; readonly body: string }> {
  const response = await fetch(url);
  return { status: response.status, body: await response.text() };
}

async function untilPage(url: string, holds: (page: { readonly status: number; readonly body: string }) => boolean): Promise<void> {
  while (!holds(await page(url))) await new Promise((resolve) => { setTimeout(resolve, 5); });
}

test('the admin endpoint is told, and has metrics, status and readiness until the end', patience, async (context) => {
  const served = start(context, '-o', 'json', '--drain-time', '20');
  const [, place] = await said(context, served.out, /\{"event":"admin",("address":"127\.0\.0\.1","port":\d+)\}/);
  const { port } = JSON.parse(`{${place ?? ''}}`) as { port: number };
  const url = `http://127.0.0.1:${port}`;
  assert.deepEqual(await page(`${url}/readyz`), { status: 200, body: 'ready\n' });
  const [status] = JSON.parse((await page(`${url}/status`)).body) as { kind: string }[];
  assert.equal(status?.kind, 'Gateway');
  const client = connect(8080, address);
  context.after(() => client.destroy());
  client.write('GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n');
  assert.match(String((await once(client, 'data'))[0]), /^HTTP\/1\.1 404/);
  const { body } = await page(`${url}/metrics`);
  assert.match(body, /^postern_requests_total\{gateway_namespace="default",gateway="g",listener="http",code="404",code_class="4xx"\} 1$/m);
  assert.match(body, /^postern_config_objects\{kind="Gateway",accepted="true"\} 1$/m);
  // A connection with half a request keeps it draining.
  const busy = connect(8080, address);
  context.after(() => busy.destroy());
  // What follows the first request is read before that is answered.
  busy.write('GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n');
  await once(busy, 'data');
  served.process.kill('SIGTERM');
  await untilPage(`${url}/readyz`, ({ status: code }) => code === 503);
  busy.destroy();
  assert.deepEqual(await once(served.process, 'close'), [0, null]);
});

test('an address of one\'s own, and none at all', patience, async (context) => {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  context.after(() => taken.close());
  const { port } = taken.address() as AddressInfo;
  const refused = start(context, '--admin', `127.0.0.1:${port}`);
  assert.deepEqual(await once(refused.process, 'close'), [2, null]);
  assert.match(refused.errors(), /--admin 127\.0\.0\.1:\d+: .*EADDRINUSE/);
  const wrong = start(context, '--admin', 'localhost');
  assert.deepEqual(await once(wrong.process, 'close'), [2, null]);
  assert.match(wrong.errors(), /--admin localhost: give an IP address and a port/);
  const silent = start(context, '--admin', 'off', '-o', 'json');
  await said(context, silent.out, /"event":"applied"/);
  silent.process.kill('SIGTERM');
  await once(silent.process, 'close');
  assert.doesNotMatch(silent.out(), /"event":"admin"/);
});

test('lines of JSON have standard output for themselves, and a file that cannot be written is said at once', patience, async (context) => {
  const served = start(context, '--access-log', '-');
  await said(context, served.errors, /metrics, health and status/i);
  const client = connect(8080, address);
  context.after(() => client.destroy());
  client.write('GET /x?token=hidden HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
  await once(client, 'data');
  await said(context, served.out, /\n/);
  assert.deepEqual(served.out().split('\n').slice(0, -1).map((line) => (JSON.parse(line) as Record<string, unknown>)['url.query']), ['token=REDACTED']);
  served.process.kill('SIGTERM');
  await once(served.process, 'close');
  const refused = start(context, '--access-log', join(tempFolder(context), 'no', 'file'));
  assert.deepEqual(await once(refused.process, 'close'), [2, null]);
  assert.match(refused.errors(), /--access-log .*: there is no such folder/);
});

test('how lines of the access log are to be written is refused where none are', patience, async (context) => {
  for (const options of [['--access-log-format', 'json'], ['--access-log-no-query']]) {
    const refused = start(context, ...options);
    assert.deepEqual(await once(refused.process, 'close'), [2, null]);
    assert.match(refused.errors(), new RegExp(`${options[0]!} needs --access-log: .* --access-log - for standard output`));
  }
});
