/** `postern serve` as a person meets it: what it prints, how it follows edits, how it ends. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { tempFolder, until } from '../../test/harness/temp-folder.ts';

const patience = { timeout: 60_000 };
/** Nobody else binds there. */
const address = `127.${randomInt(128, 250)}.${randomInt(1, 250)}.1`;

const gateway = `apiVersion: gateway.networking.k8s.io/v1
kind: Gateway
metadata: {name: g, namespace: default}
spec:
  gatewayClassName: somebody
  listeners: [{name: http, port: 8080, protocol: HTTP}]
`;
const route = `apiVersion: gateway.networking.k8s.io/v1
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
  readonly folder: string;
  /** Waits until the output since the last call says so, and gives that part of it. */
  says(words: RegExp): Promise<string>;
}

async function serving(context: TestContext, { flags = [], env = {} }: { readonly flags?: readonly string[]; readonly env?: NodeJS.ProcessEnv } = {}): Promise<Served> {
  const folder = tempFolder(context);
  writeFileSync(join(folder, 'gateway.yaml'), gateway);
  writeFileSync(join(folder, 'route.yaml'), route);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'serve', folder, '--pool', `${address}/32`, ...flags], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } });
  context.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => { output += part; });
  const says = async (words: RegExp): Promise<string> => {
    const found = await until(context, () => words.exec(output) ?? undefined);
    const part = output.slice(0, found.index + found[0].length);
    output = output.slice(part.length);
    return part;
  };
  return { child, folder, says };
}

/** A backend that holds its answers back. */
async function backend(context: TestContext): Promise<{ readonly port: number; readonly asked: ServerResponse[] }> {
  const asked: ServerResponse[] = [];
  const server = createServer((_, response) => void asked.push(response)).listen(0, '127.0.0.1');
  context.after(() => { server.closeAllConnections(); server.close(); });
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, asked };
}

test('a start says all, an edit what changed, and a repair that it is mended', patience, async (context) => {
  const { folder, says } = await serving(context);
  const start = await says(/Ready after \d+ ms\..*\n/);
  assert.match(start, /gateway\.yaml:5:21 warning \[class-adopted\]/);
  assert.match(start, new RegExp(`default/g +somebody +${address.replaceAll('.', '\\.')} +8080 +True`));
  assert.match(start, /HTTPRoute default\/r +\* +default\/g/);
  assert.match(start, /curl .*:8080/);
  assert.ok(!start.includes('\u001b'), 'no colours in a pipe');
  writeFileSync(join(folder, 'route.yaml'), route.replace('  rules', '\trules'));
  const broken = await says(/revision 2 in force.*\n/);
  assert.match(broken, /route\.yaml:6:1 error \[yaml-syntax\] a tab/);
  assert.ok(!broken.includes('class-adopted'), 'what was said is not said again');
  assert.match(broken, /1 Gateway, 1 route, 1 error/);
  writeFileSync(join(folder, 'route.yaml'), route);
  const mended = await says(/revision 3 in force.*\n/);
  assert.match(mended, /mended .*route\.yaml: a tab/);
  assert.match(mended, /1 Gateway, 1 route\n/);
});

test('with --strict a Gateway of a class that is not there is left alone', patience, async (context) => {
  const { says } = await serving(context, { flags: ['--strict'] });
  const start = await says(/Ready after/);
  assert.doesNotMatch(start, /class-adopted|curl/);
});

test('colours can be asked for', patience, async (context) => {
  const { says } = await serving(context, { env: { FORCE_COLOR: '1' } });
  assert.ok((await says(/Ready after/)).includes('\u001b['));
});

test('the first signal lets open requests end, and takes no more', patience, async (context) => {
  const { port, asked } = await backend(context);
  const { child, says } = await serving(context, { flags: ['--backend', `default/web:80=127.0.0.1:${port}`] });
  await says(/Ready after/);
  const answered = once(get({ host: address, port: 8080, agent: false }), 'response') as Promise<[IncomingMessage]>;
  const response = await until(context, () => asked[0]);
  child.kill('SIGTERM');
  await says(/Draining/);
  await refused();
  response.end('late');
  const [message] = await answered;
  assert.deepEqual([message.statusCode, await text(message)], [200, 'late']);
  assert.deepEqual(await exit(child), [0, null]);
});

test('a second signal ends at once', patience, async (context) => {
  const { port, asked } = await backend(context);
  const { child, says } = await serving(context, { flags: ['--backend', `default/web:80=127.0.0.1:${port}`, '--drain-time', '9999'] });
  await says(/Ready after/);
  get({ host: address, port: 8080, agent: false }).on('error', () => undefined);
  await until(context, () => asked[0]);
  child.kill('SIGINT');
  await says(/Draining/);
  child.kill('SIGINT');
  assert.deepEqual(await exit(child), [130, null]);
});

test('--drain-time is the longest that open requests are waited for', patience, async (context) => {
  const { port, asked } = await backend(context);
  const { child, says } = await serving(context, { flags: ['--backend', `default/web:80=127.0.0.1:${port}`, '--drain-time', '0'] });
  await says(/Ready after/);
  const failed = once(get({ host: address, port: 8080, agent: false }), 'error');
  await until(context, () => asked[0]);
  child.kill('SIGINT');
  await failed;
  assert.deepEqual(await exit(child), [0, null]);
});

/** Waits until nobody accepts connections any more. */
async function refused(): Promise<void> {
  for (;;) {
    const socket = connect(8080, address);
    const outcome = await once(socket, 'connect').then(() => 'accepted', (error: NodeJS.ErrnoException) => error.code);
    socket.destroy();
    if (outcome === 'ECONNREFUSED') return;
  }
}

async function exit(child: ChildProcess): Promise<[code: number | null, signal: string | null]> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return [child.exitCode, child.signalCode];
}
