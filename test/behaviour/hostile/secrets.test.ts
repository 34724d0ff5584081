/** A run with secrets of every kind, good and broken: nothing that Postern prints, serves or writes holds any of them. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { before, test, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'node:tls';
import { selfSigned } from '../../harness/certificates.ts';
import { tempFolder } from '../../harness/temp-folder.ts';

const limit = { timeout: 60_000 };
const main = join(import.meta.dirname, '../../../src/cli/main.ts');
const address = `127.${randomInt(128, 250)}.${randomInt(1, 250)}.1`;
const [good, other] = [selfSigned(['a.example']), selfSigned(['b.example'])];
/** One value for each place where one could slip out. */
const marks = { opaque: mark(), plain: mark(), short: mark(), broken: mark(), number: mark(), query: mark(), header: mark(), cookie: mark(), body: mark() };

function mark(): string {
  return `mark${randomBytes(12).toString('hex')}`;
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const pem = (key: string): string => key.split('\n').map((line) => `    ${line}`).join('\n');

function secret(name: string, fields: string, type = 'kubernetes.io/tls'): string {
  return `apiVersion: v1\nkind: Secret\nmetadata: {name: ${name}, namespace: default}\ntype: ${type}\n${fields}\n---\n`;
}

const listeners = ['good', 'mismatched', 'no-base64', 'no-pem', 'plain', 'number', 'opaque'];
const manifests = [
  secret('good', `data:\n  tls.crt: ${base64(good.certificate)}\n  tls.key: ${base64(good.key)}`),
  secret('mismatched', `data:\n  tls.crt: ${base64(good.certificate)}\n  tls.key: ${base64(other.key)}`),
  secret('no-base64', `data:\n  tls.crt: ${base64(good.certificate)}\n  tls.key: "%%${marks.broken}"`),
  secret('no-pem', `data:\n  tls.crt: ${base64(good.certificate)}\n  tls.key: ${base64(marks.short)}`),
  secret('plain', `stringData:\n  tls.crt: |\n${pem(good.certificate)}\n  tls.key: |\n    -----BEGIN PRIVATE KEY-----\n    ${marks.plain}\n    -----END PRIVATE KEY-----`),
  secret('number', `data:\n  tls.crt: 5\n  tls.key: {nested: ${marks.number}}`),
  secret('opaque', `data:\n  token: ${base64(marks.opaque)}\n  unknown: [${marks.opaque}]`, 'Opaque'),
  'apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: g, namespace: default}\nspec:\n  gatewayClassName: postern\n  listeners:\n',
  ...listeners.map((name, index) => `  - {name: ${name}, port: ${8443 + index}, protocol: HTTPS, tls: {certificateRefs: [{name: ${name}}]}}\n`),
  '---\napiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {name: r, namespace: default}\nspec:\n  parentRefs: [{name: g}]\n  rules: [{backendRefs: [{name: web, port: 80}]}]\n',
  '---\napiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: default}\nspec: {ports: [{port: 80}]}\n',
].join('');

/** Files that do not even parse, each broken in or beside the line of a secret. */
const unreadable: Readonly<Record<string, string>> = {
  'tab.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: tab}\nstringData:\n\tpassword: ${marks.opaque}\n`,
  'quote.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: quote}\nstringData:\n  password: "${marks.opaque}\n  other: ${marks.plain}\n`,
  'colon.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: colon}\nstringData:\n  password: ${marks.opaque}: x\n`,
  'twice.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: twice}\nstringData:\n  password: ${marks.opaque}\n  password: ${marks.plain}\n`,
  'unknown.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: unknown}\nstringdata:\n  password: ${marks.opaque}\nsecretToken: ${marks.plain}\n`,
  'type.yaml': `apiVersion: v1\nkind: Secret\nmetadata: {name: type}\ntype: [${marks.plain}]\ndata: ${marks.opaque}\n`,
  'broken.json': `{"apiVersion":"v1","kind":"Secret","metadata":{"name":"json"},"stringData":{"password":"${marks.opaque}" "x":1}}\n`,
  'apply.yaml': `apiVersion: v1\nkind: Secret\nmetadata:\n  name: applied\n  annotations:\n    kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"password":"${marks.opaque}"}}'\n  labels: [${marks.plain}]\n`,
};

/** What must be nowhere, in the forms that it has: as it is, in base64, and the lines of PEM. */
function forbidden(): string[] {
  const keys = [good.key, other.key].flatMap((key) => [...key.split('\n').filter((line) => line.length > 40), ...pieces(base64(key))]);
  return [...keys, ...Object.values(marks).flatMap((it) => [it, base64(it).slice(0, -4)])];
}

/** Parts of a long text, so that a cut one is found too. */
function pieces(text: string): string[] {
  return (text.match(/.{40}/g) ?? []).slice(2);
}

function check(what: string, text: string): void {
  const found = forbidden().find((it) => text.includes(it));
  if (found === undefined) return;
  const at = text.indexOf(found);
  assert.fail(`${what} holds a secret: …${text.slice(Math.max(0, at - 200), at + 60)}…`);
}

interface Ran {
  readonly status: number | null;
  readonly output: string;
}

function run(...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => { output += piece.toString(); });
    child.once('close', (status) => resolve({ status, output }));
  });
}

function folderWith(t: Pick<TestContext, 'after'>, files: Readonly<Record<string, string>>): string {
  const folder = tempFolder(t as TestContext);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

for (const format of ['text', 'json', 'sarif', 'github']) {
  test(`lint -o ${format} tells of broken Secrets and shows none`, limit, async (t) => {
    const { status, output } = await run('lint', folderWith(t, { ...unreadable, 'all.yaml': manifests }), '-o', format);
    assert.equal(status, 1, output);
    for (const name of ['no-base64', 'mismatched', 'tab.yaml', 'broken.json']) assert.ok(output.includes(name), `${name} is not told of:\n${output}`);
    check(`lint -o ${format}`, output);
  });
}

for (const format of ['text', 'yaml', 'json']) {
  test(`status -o ${format} shows no Secret`, limit, async (t) => {
    const { output } = await run('status', folderWith(t, { ...unreadable, 'all.yaml': manifests }), '-o', format);
    check(`status -o ${format}`, output);
  });
}

/** Sends a request that is full of secrets, and answers what came. */
function askOverTls(port: number): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const socket = connect({ host: address, port, servername: 'a.example', rejectUnauthorized: false }, () => {
      socket.write(`POST /?token=${marks.query} HTTP/1.1\r\nHost: a.example\r\nAuthorization: Bearer ${marks.header}\r\nCookie: session=${marks.cookie}\r\nContent-Length: ${marks.body.length}\r\nConnection: close\r\n\r\n${marks.body}`);
    });
    socket.on('data', (piece: Buffer) => { received += piece.toString('latin1'); });
    socket.on('error', () => undefined);
    socket.on('close', () => resolve(received));
  });
}

function page(port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path }, (message) => {
      let body = '';
      message.on('data', (piece: Buffer) => { body += piece.toString(); });
      message.on('end', () => resolve(`${message.statusCode}\n${body}`));
    }).on('error', reject);
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

let adminPort = 0;
before(async () => { adminPort = await freePort(); });

for (const output of ['text', 'json']) {
  test(`serve -o ${output}, its access log and its pages show no secret`, limit, async (t) => {
    const folder = folderWith(t, { 'all.yaml': manifests });
    const log = join(folder, 'access.log');
    const child = spawn(process.execPath, [
      main, 'serve', folder, '--pool', `${address}/32`, '-o', output, '--demo', '--access-log', log, '--admin', `127.0.0.1:${adminPort}`,
    ], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_DEBUG: '' } });
    t.after(() => child.kill('SIGKILL'));
    let printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => { printed += piece.toString(); });
    let answer = '';
    for (; !answer.startsWith('HTTP/1.1 '); await pause(50)) {
      if (child.exitCode !== null) assert.fail(printed);
      answer = await askOverTls(8443);
    }
    writeFileSync(join(folder, 'more.yaml'), unreadable['quote.yaml'] ?? '');
    while (!printed.includes('more.yaml')) await pause(20);
    for (const path of ['/', '/metrics', '/status', '/config', '/healthz', '/readyz']) check(`the page ${path}`, await page(adminPort, path));
    const ended = new Promise((resolve) => { child.once('close', resolve); });
    child.kill('SIGTERM');
    await ended;
    const lines = readFileSync(log, 'utf8');
    assert.match(lines, /POST/);
    check('the access log', lines);
    check(`serve -o ${output}`, printed);
  });
}
