import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { tempFolder } from '../../test/harness/temp-folder.ts';
import { openAdmin } from '../admin/index.ts';
import { ageOf, objectTables } from './object-rows.ts';
import { joinedObjects, type StatedObject } from './stated-object.ts';
import { said } from './testing/said.ts';

const api = 'gateway.networking.k8s.io/v1';
const object = (kind: string, name: string, spec: object, more: object = {}): object => ({ apiVersion: api, kind, metadata: { name, namespace: 'shop' }, spec, ...more });
const gateway = object('Gateway', 'web', { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }, { name: 'dns', port: 53, protocol: 'UDP' }] });
const route = (name: string, parent: string): object => object('HTTPRoute', name, { parentRefs: [{ name: parent }], hostnames: [`${name}.example`], rules: [{ backendRefs: [{ name: 's', port: 80 }] }] });

function folder(t: TestContext, ...objects: readonly object[]): string {
  const path = tempFolder(t);
  writeFileSync(join(path, 'all.json'), objects.map((it) => JSON.stringify(it)).join('\n'));
  return path;
}

const cells = (line = ''): string[] => line.trim().split(/ {2,}/);

test('routes and Gateways of files, with more columns where they are asked for', async (t) => {
  const path = folder(t, gateway, route('cart', 'web'), route('lost', 'wbe'), object('TCPRoute', 'db', { parentRefs: [{ name: 'web' }], rules: [{ backendRefs: [{ name: 's', port: 5432 }] }] }));
  const routes = (await said(t, 'get', 'routes', '-f', path)).out.split('\n');
  assert.deepEqual(routes.slice(0, 4).map(cells), [
    ['NAMESPACE', 'NAME', 'KIND', 'HOSTS', 'PARENTS', 'ACCEPTED'],
    ['shop', 'cart', 'HTTPRoute', 'cart.example', 'shop/web', 'True'],
    ['shop', 'lost', 'HTTPRoute', 'lost.example', 'shop/wbe', 'none answers'],
    ['shop', 'db', 'TCPRoute', '*', 'shop/web', 'False (NotAllowedByListeners)'],
  ]);
  const [, wide] = (await said(t, 'get', 'gateways', '-o', 'wide', '-f', path)).out.split('\n');
  assert.deepEqual(cells(wide), ['shop', 'web', 'postern', '127.0.10.1', '80,53/udp', 'True', '2/2', '1', 'True']);
  assert.equal((await said(t, 'get', 'all', '-o', 'name', '-f', path)).out, 'gateway/shop/web\nhttproute/shop/cart\nhttproute/shop/lost\ntcproute/shop/db\n');
});

test('one object, by name in three ways, and what is near to one that is not there', async (t) => {
  const path = folder(t, gateway, route('cart', 'web'));
  for (const argv of [['httproute', 'cart'], ['httproute/cart'], ['routes', 'shop/cart'], ['route', 'cart', '-n', 'shop']]) {
    const { out } = await said(t, 'get', ...argv, '-f', path, '-o', 'json');
    const found = JSON.parse(out) as StatedObject & { readonly status: { readonly parents: readonly unknown[] } };
    assert.deepEqual([found.kind, found.metadata.name, found.status.parents.length], ['HTTPRoute', 'cart', 1], argv.join(' '));
  }
  assert.match((await said(t, 'get', 'httproute', 'crt', '-f', path)).err, /there is no HTTPRoute crt; did you mean cart\?/);
  assert.match((await said(t, 'get', 'routes', 'nope', '-f', path)).err, /there is no route nope\n/);
  assert.match((await said(t, 'get', 'policies', 'nope', '-f', path)).err, /there is no policy nope\n/);
  assert.match((await said(t, 'get', 'routs', '-f', path)).err, /did you mean routes\?/);
  assert.match((await said(t, 'get', 'secrets', '-f', path)).err, /secrets is nothing that has a state/);
  assert.equal((await said(t, 'get', 'httproute', 'cart', '-n', 'other', '-f', path)).code, 2);
  assert.equal((await said(t, 'get', 'gateways', '-f', path, '--admin', 'x')).code, 2);
});

test('of a running program, by its admin endpoint; and every condition', async (t) => {
  const objects: StatedObject[] = [{ apiVersion: api, kind: 'GatewayClass', metadata: { name: 'postern', generation: 2 }, spec: { controllerName: 'c' }, status: { conditions: [{ type: 'Accepted', status: 'False', reason: 'InvalidParameters', message: 'why', observedGeneration: 2, lastTransitionTime: '2026-01-01T00:00:00Z' }] } }];
  const admin = await openAdmin({ metrics: () => Promise.resolve([]), readiness: () => 'ready', statuses: () => [], objects: () => objects, configuration: () => ({}) }, { address: '127.0.0.1', port: 0 });
  t.after(() => admin.close());
  const url = `127.0.0.1:${admin.place.port}`;
  assert.deepEqual(cells((await said(t, 'get', 'gatewayclasses', '--admin', url)).out.split('\n')[1]), ['postern', 'c', 'False (InvalidParameters)']);
  assert.match((await said(t, 'status', '--admin', url)).out, /GatewayClass postern\n(?:.*\n)* {2}Accepted {2}False {2}InvalidParameters {2}why/);
  assert.match((await said(t, 'get', 'gateways', '--admin', '127.0.0.1:1')).err, /^postern: --admin 127\.0\.0\.1:1: /);
});

test('whoever watches sees what changes, and nothing else', { timeout: 60_000 }, async (t) => {
  const path = folder(t, gateway, route('cart', 'web'), route('stays', 'web'));
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), 'get', 'routes', '-w', '-f', path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  let out = '';
  const until = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(out)) out += String((await once(child.stdout, 'data') as [Buffer])[0]);
  };
  await until(/stays\.example[^\n]*\n/);
  assert.match(out, /cart[^\n]*True/);
  out = '';
  writeFileSync(join(path, 'all.json'), [gateway, route('cart', 'wbe'), route('stays', 'web')].map((it) => JSON.stringify(it)).join('\n'));
  await until(/none answers\n/);
  assert.doesNotMatch(out, /stays|NAMESPACE/);
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('ages are those of kubectl, and a column only where objects have one', () => {
  const at = (seconds: number): StatedObject => ({ apiVersion: api, kind: 'Gateway', metadata: { name: 'g', creationTimestamp: new Date(1e12 - seconds * 1000).toISOString() } });
  const ages = [5, 119, 130, 600, 7200, 4 * 3600 + 60, 30 * 3600, 3 * 86_400, 400 * 86_400].map((it) => ageOf(at(it), 1e12));
  assert.deepEqual(ages, ['5s', '119s', '2m10s', '10m', '120m', '4h1m', '30h', '3d', '1y35d']);
  assert.equal(objectTables([at(5)], { isWide: false, now: 1e12 })[0]?.head.at(-1), 'AGE');
});

test('two controllers see an object each: who answers counts, and for a route both may', () => {
  const seen = (name: string, status?: object): StatedObject => ({ apiVersion: api, kind: 'HTTPRoute', metadata: { name }, ...(status === undefined ? {} : { status }) });
  assert.deepEqual(joinedObjects([[seen('a'), seen('b', { parents: [1] }), seen('c')], [seen('a', { parents: [2] }), seen('b', { parents: [3] }), seen('c')]]), [seen('a', { parents: [2] }), seen('b', { parents: [1, 3] }), seen('c')]);
});
