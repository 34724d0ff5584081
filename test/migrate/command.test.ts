/** `postern migrate` as a person calls it: scenario 21 served from what it writes, RouteTests that hold, reports, exit codes. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { stringify } from 'yaml';
import { standIns } from '../../src/cli/migrate-stand-ins.ts';
import type { MadeObject } from '../../src/migrate/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { checkRequest } from '../scenarios/check-request.ts';
import { loadScenarios } from '../scenarios/load-scenarios.ts';
import { runPostern, ServeProcess } from '../scenarios/serve-process.ts';

const cases = join(import.meta.dirname, 'cases');

function temporary(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'postern-migrate-'));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('scenario 21: the published Ingress, translated and served, answers as the scenario says', async (context) => {
  const [scenario] = await loadScenarios(['21-ingress-migration']);
  assert.ok(scenario !== undefined);
  const folder = temporary(context);
  const { code, errors } = await runPostern(['migrate', join(scenario.folder, 'as-published/ingress.yaml'), '-o', folder, '--prove']);
  assert.equal(code, 0, errors);
  cpSync(join(scenario.folder, 'manifests/apps.yaml'), join(folder, 'apps.yaml'));
  const serving = await ServeProcess.start(folder);
  context.after(() => serving.stop());
  const checks = scenario.checks.filter(({ request }) => request !== undefined);
  assert.ok(checks.length >= 3);
  for (const check of checks) await checkRequest({ ...check, via: 'default/nginx-example' }, { serving, authority: '' });
});

for (const name of ['tls', 'rewrite-with-captures', 'canary-everything', 'surprise-trailing-slash', 'cors', 'many-namespaces']) {
  test(`RouteTests that are written for ${name} hold, and reach every rule`, async (context) => {
    const folder = temporary(context);
    await runPostern(['migrate', join(cases, name, 'in.yaml'), '-o', folder, '--tests', join(folder, 'route.test.yaml')]);
    const snapshot = await openFileSource([folder]).read();
    const made = snapshot.objects.map(({ value }): MadeObject => ({ object: value as MadeObject['object'], about: [] }));
    writeFileSync(join(folder, 'services.yaml'), standIns(made, []).map(({ value }) => stringify(value)).filter((text) => !text.includes('kind: Secret')).join('---\n'));
    const { code, output } = await runPostern(['test', folder]);
    assert.equal(code, 0, output);
    assert.match(output, /\(100%\)/);
  });
}

test('reports are written in the form of their file, and what is held back makes the exit code 1', async (context) => {
  const folder = temporary(context);
  const file = join(cases, 'basic-auth/in.yaml');
  for (const name of ['report.md', 'report.json', 'report.txt']) assert.equal((await runPostern(['migrate', file, '--report', join(folder, name), '--prove'])).code, 1);
  assert.match(readFileSync(join(folder, 'report.md'), 'utf8'), /^\| held-back \| default\/guarded \| `auth-type` \|/m);
  const { lines, proof } = JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as { lines: { annotation?: string; fate: string; position?: { line: number } }[]; proof: { asked: number } };
  assert.equal(lines.find(({ annotation }) => annotation === 'auth-type')?.fate, 'held-back');
  assert.equal(lines.find(({ annotation }) => annotation === 'auth-type')?.position?.line, 8);
  assert.ok(proof.asked > 0);
  assert.match(readFileSync(join(folder, 'report.txt'), 'utf8'), /held back: left out until you decide/);
});

test('a folder gets a file for each object', async (context) => {
  const folder = temporary(context);
  const { code, output } = await runPostern(['migrate', join(cases, 'plain/in.yaml'), '-o', folder]);
  assert.deepEqual([code, output], [0, '']);
  assert.deepEqual(readdirSync(folder).toSorted(), ['gateway-default-nginx.yaml', 'gatewayclass-postern.yaml', 'httproute-default-shop-api.example.com.yaml', 'httproute-default-shop-shop.example.com.yaml']);
});

test('Ingresses are read from a cluster, with the Services and headers that they mean', async (context) => {
  const folder = temporary(context);
  const { objects } = await openFileSource([join(cases, 'named-port/in.yaml'), join(cases, 'headers-and-host/in.yaml')]).read();
  const items = (kind: string): unknown[] => objects.map(({ value }) => value as { kind: string }).filter((it) => it.kind === kind).map(({ kind: _kind, ...rest }) => ({ ...rest, apiVersion: undefined }));
  const lists: Readonly<Record<string, unknown[]>> = {
    '/apis/networking.k8s.io/v1/ingresses': items('Ingress'), '/apis/networking.k8s.io/v1/ingressclasses': [], '/api/v1/services': items('Service'), '/api/v1/namespaces/default/configmaps': items('ConfigMap'), '/api/v1/configmaps': [],
  };
  const server = createServer((request, response) => {
    const list = lists[request.url?.replace(/\?.*$/, '') ?? ''];
    response.writeHead(list === undefined ? 404 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(list === undefined ? { kind: 'Status', status: 'Failure', reason: 'NotFound', message: 'there is no such page', code: 404 } : { kind: 'List', metadata: {}, items: list }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const { port } = server.address() as { port: number };
  const file = join(folder, 'kubeconfig');
  writeFileSync(file, stringify({ apiVersion: 'v1', kind: 'Config', clusters: [{ name: 'c', cluster: { server: `http://127.0.0.1:${port}` } }], users: [{ name: 'u', user: {} }], contexts: [{ name: 'here', context: { cluster: 'c', user: 'u' } }], 'current-context': 'here' }));
  const { output, errors } = await runPostern(['migrate', '--kubeconfig', file, '--context', 'here']);
  assert.match(output, /port: 8080/, errors);
  assert.match(output, /X-Frame-Options/);
  delete (lists as Record<string, unknown[]>)['/api/v1/services'];
  const refused = await runPostern(['migrate', '--kubeconfig', file]);
  assert.deepEqual([refused.code, refused.errors.split('\n')[0]], [2, "postern: the cluster can't be read: there is no such page"]);
});

test('wrong usage', async (context) => {
  const folder = temporary(context);
  writeFileSync(join(folder, 'service.yaml'), stringify({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' } }));
  const nothing = await runPostern(['migrate', folder]);
  assert.deepEqual([nothing.code, nothing.errors.split('\n')[0]], [2, `postern: there is no Ingress in ${folder}`]);
  const secret = await runPostern(['migrate', join(cases, 'tls/in.yaml'), '--default-certificate', 'wildcard']);
  assert.deepEqual([secret.code, secret.errors.split('\n')[0]], [2, 'postern: --default-certificate is NAMESPACE/SECRET']);
  const wrong: readonly (readonly [readonly string[], string])[] = [
    [['--accept', 'auth-typ'], '--accept auth-typ: ingress-nginx has no such annotation; did you mean auth-type?'],
    [['--accept', 'nginx.ingress.kubernetes.io/auth-type'], '--accept nginx.ingress.kubernetes.io/auth-type: ingress-nginx has no such annotation; did you mean auth-type?'],
    [['--gateway-class', 'A b'], '--gateway-class A b: that is no name; write small letters, digits and -, with letters or digits at both ends'],
    [['--gateway-namespace', 'a.b'], '--gateway-namespace a.b: that is no name; write small letters, digits and -, with letters or digits at both ends'],
    [['-o', '/proc/x/y'], '/proc/x: no folder can be made there'],
    [['-o', join(folder, 'service.yaml', 'x')], `${join(folder, 'service.yaml')}: there is a file of that name`],
  ];
  for (const [words, problem] of wrong) {
    const { code, errors } = await runPostern(['migrate', join(cases, 'plain/in.yaml'), ...words]);
    assert.deepEqual([code, errors.split('\n')[0]], [2, `postern: ${problem}`]);
  }
});
