/** `postern explain` as a person calls it: from files, from a running `postern serve`, and by the id of a logged request. */
import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { RequestExplanation } from '../../src/explain/index.ts';
import { tempFolder, until } from '../harness/temp-folder.ts';

const patience = { timeout: 60_000 };
const main = join(import.meta.dirname, '../../src/cli/main.ts');
const address = `127.${randomInt(128, 250)}.${randomInt(1, 250)}.3`;
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
  rules:
  - matches: [{path: {type: PathPrefix, value: /cart}}]
    backendRefs: [{name: crat, port: 80}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: default}
spec: {ports: [{port: 80}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
addressType: IPv4
metadata: {name: cart-1, namespace: default, labels: {kubernetes.io/service-name: cart}}
ports: [{port: 9}]
endpoints: [{addresses: [127.0.0.1]}]
`;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly errors: string;
}

function postern(...words: string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...words], (error, out, errors) => resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, errors }));
  });
}

function folderWith(context: TestContext): string {
  const folder = tempFolder(context);
  writeFileSync(join(folder, 'all.yaml'), manifests);
  return folder;
}

test('from files: three lines, JSON, and an exit code', patience, async (context) => {
  const folder = folderWith(context);
  const { code, out } = await postern('explain', 'http://shop.example.com:8080/cart', '-f', folder);
  assert.equal(code, 1);
  assert.deepEqual(out.split('\n').slice(0, 3), [
    'GET http://shop.example.com:8080/cart → 500 backend-not-found',
    '  cause: HTTPRoute default/r: rules[0].backendRefs[0]: Service default/crat does not exist. Did you mean cart?',
    `  mend:  ${folder}/all.yaml:15:26 Set spec.rules[0].backendRefs[0].name of HTTPRoute default/r to cart. Tried: then it works.`,
  ]);
  const json = JSON.parse((await postern('explain', 'http://shop.example.com:8080/cart', '-f', folder, '-o', 'json')).out) as RequestExplanation;
  assert.deepEqual([json.status, json.code, json.rules.length], [500, 'backend-not-found', 1]);
  const service = await postern('explain', 'svc/cart', '-f', folder);
  assert.deepEqual([service.code, service.out.split('\n')[0]], [0, 'Service default/cart: not used']);
});

test('wrong usage is said and has exit code 2', patience, async (context) => {
  const folder = folderWith(context);
  const cases: readonly (readonly [words: readonly string[], says: RegExp])[] = [
    [[], /give one URL/], [['httproute/q'], /there is no HTTPRoute q/], [['http://x/', '-H', 'x'], /NAME: VALUE/], [['--id', 'x'], /--id needs --access-log/], [['http://x/', '--admin', '127.0.0.1:1'], /--admin 127\.0\.0\.1:1: /],
  ];
  for (const { words, says, code, errors } of await Promise.all(cases.map(async ([words, says]) => ({ words, says, ...await postern('explain', ...words, '-f', folder) })))) {
    assert.equal(code, 2, words.join(' '));
    assert.match(errors, says);
  }
});

test('a running program is asked for what is in force, and a logged request is found by its id', patience, async (context) => {
  const folder = folderWith(context);
  const log = join(folder, 'access.json');
  const served = spawn(process.execPath, [main, 'serve', join(folder, 'all.yaml'), '--pool', `${address}/32`, '--admin', '127.0.0.1:0', '-o', 'json', '--access-log', log, '--access-log-format', 'json'], { stdio: ['ignore', 'pipe', 'inherit'] });
  context.after(() => served.kill('SIGKILL'));
  let said = '';
  served.stdout.setEncoding('utf8').on('data', (part: string) => { said += part; });
  const [, port] = await until(context, () => /"event":"admin","address":"127\.0\.0\.1","port":(\d+)/.exec(said) ?? undefined);
  await until(context, () => /"event":"applied"/.exec(said) ?? undefined);
  const admin = `127.0.0.1:${port}`;
  const live = await postern('explain', 'http://shop.example.com:8080/cart', '--admin', admin);
  assert.match(live.out, /^GET .* → 500 backend-not-found\n {2}cause: .*crat does not exist.*\n {2}mend: .*all\.yaml:15:26 Set .* to cart\. Tried: then it works\.\n/);
  assert.match((await postern('explain', 'httproute/r', '-n', 'default', '--admin', admin)).out, /^HTTPRoute default\/r: attached\n {2}cause: .*crat/);
  await new Promise<void>((resolve, reject) => {
    request({ host: address, port: 8080, path: '/other?x=1', headers: { host: 'shop.example.com:8080' } }, (response) => { response.resume().on('end', resolve); }).on('error', reject).end();
  });
  const line = await until(context, () => (existsSync(log) ? /"request_id":"([^"]+)"/.exec(readFileSync(log, 'utf8')) ?? undefined : undefined));
  const logged = await postern('explain', '--id', line[1]!, '--access-log', log, '--admin', admin);
  assert.match(logged.out, /^request .*: GET http:\/\/shop\.example\.com:8080\/other\?x=1\n[^]*status +404\n {2}cause +no-route\n[^]*GET http:\/\/shop\.example\.com:8080\/other\?x=1 → 404 no-route/);
  assert.match((await postern('explain', '--id', 'nobody', '--access-log', log)).errors, /has no request with the id nobody/);
});
