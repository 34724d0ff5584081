import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { after, test } from 'node:test';
import type { SourceObject } from '../../contract/index.ts';
import { syntheticObject } from '../synthetic-object.ts';
import { buildModel, type Model } from '../../model/index.ts';
import { DemoBackends, planDemo } from './index.ts';

interface Slice {
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly ports: { readonly name: string; readonly port: number }[];
  readonly endpoints: { readonly targetRef: { readonly name: string } }[];
}

function modelOf(objects: readonly Record<string, unknown>[]): Model {
  const model = buildModel({ objects: objects.map((object) => syntheticObject(object)), findings: [] });
  assert.deepEqual(model.findings, []);
  return model;
}

function service(name: string, spec: object): Record<string, unknown> {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name }, spec };
}

function deployment(name: string, options: { labels: object; replicas?: number; container: object }): Record<string, unknown> {
  const template = { metadata: { labels: options.labels }, spec: { containers: [{ name: 'main', ...options.container }] } };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec: { replicas: options.replicas ?? 1, selector: { matchLabels: options.labels }, template } };
}

const env = [
  { name: 'APP', value: 'hello' },
  { name: 'VERSION', value: 'v1' },
  { name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
  { name: 'FIXTURES', value: '{"/hello": "I am $(VERSION) in $(POD_NAME)", "/book": {"id": 1}}' },
];
const web = service('web', { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'main' }] });
const pods = deployment('web-v1', { labels: { app: 'web' }, replicas: 2, container: { ports: [{ name: 'main', containerPort: 8080 }], env } });

function slices(objects: readonly SourceObject[]): Slice[] {
  return objects.map((object) => object.value as Slice);
}

async function get(port: number, path: string, headers: Record<string, string> = {}): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  const sent = request({ host: '127.0.0.1', port, path, headers, agent: false }).end();
  const [response] = await once(sent, 'response');
  response.setEncoding('utf8');
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode, headers: response.headers, body };
}

test('pods are named as a Deployment would name them, the same on every run, one for each replica', () => {
  const names = planDemo(modelOf([web, pods])).map((pod) => pod.name);
  assert.equal(names.length, 2);
  assert.notEqual(names[0], names[1]);
  for (const name of names) assert.match(name, /^web-v1-[b-z0-9]{10}-[b-z0-9]{5}$/);
  assert.deepEqual(planDemo(modelOf([web, pods])).map((pod) => pod.name), names);
});

test('pods that no Service selects, and Services without a selector, are left out', () => {
  const other = deployment('other', { labels: { app: 'other' }, container: {} });
  assert.equal(planDemo(modelOf([web, other, service('plain', { ports: [{ port: 80 }] })])).length, 0);
});

test('a pod without an environment is named by its labels', () => {
  const labels = { 'app.kubernetes.io/name': 'shop', version: 'v7' };
  const shop = service('shop', { selector: labels, ports: [{ port: 80 }] });
  const plain = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'solo', labels }, spec: { containers: [{ name: 'main' }] } };
  assert.deepEqual(planDemo(modelOf([shop, plain])).map(({ name, app, version }) => ({ name, app, version })), [{ name: 'solo', app: 'shop', version: 'v7' }]);
});

test('a user who brings endpoints for a port keeps them, other ports get the demo', () => {
  const two = service('web', { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }, { name: 'admin', port: 81, targetPort: 8081 }] });
  const own = {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', metadata: { name: 'web-1', labels: { 'kubernetes.io/service-name': 'web' } },
    addressType: 'IPv4', ports: [{ name: 'http', port: 1 }], endpoints: [{ addresses: ['127.0.0.1'] }],
  };
  assert.equal(planDemo(modelOf([web, pods, own])).length, 0);
  assert.equal(planDemo(modelOf([two, pods, own])).length, 2);
});

test('the echo backends answer as their pods', async () => {
  const demo = new DemoBackends();
  after(() => demo.close());
  const found = slices(await demo.apply(modelOf([web, pods])));
  assert.equal(found.length, 2);
  const [first] = found;
  assert.ok(first);
  const pod = first.endpoints[0]?.targetRef.name ?? '';
  const port = first.ports[0]?.port ?? 0;
  assert.equal(first.metadata.labels['kubernetes.io/service-name'], 'web');

  const answer = await get(port, '/a/b?c=d', { 'X-Custom': 'one' });
  assert.equal(answer.headers['x-echo-pod'], pod);
  const body = JSON.parse(answer.body);
  assert.deepEqual(
    [body.app, body.version, body.pod, body.namespace, body.path, body.method, body.proto, body.environment.HOSTNAME],
    ['hello', 'v1', pod, 'default', '/a/b?c=d', 'GET', 'HTTP/1.1', pod]);
  assert.deepEqual(body.headers['X-Custom'], ['one']);
  assert.equal(body.request.headers['x-custom'], 'one');

  assert.equal((await get(port, '/hello')).body, `I am v1 in ${pod}`);
  assert.deepEqual(JSON.parse((await get(port, '/book')).body), { id: 1 });
  assert.equal((await get(port, '/?status=503')).status, 503);
});

test('an edit of a pod keeps its port and changes its answer; a scaled-down pod answers until it is retired', async () => {
  const demo = new DemoBackends();
  after(() => demo.close());
  const before = slices(await demo.apply(modelOf([web, pods])));
  const edited = deployment('web-v1', { labels: { app: 'web' }, container: { ports: [{ name: 'main', containerPort: 8080 }], env: [{ name: 'VERSION', value: 'v2' }] } });
  const now = slices(await demo.apply(modelOf([web, edited])));
  assert.equal(now.length, 1);
  assert.equal(now[0]?.ports[0]?.port, before[0]?.ports[0]?.port);
  assert.equal((await get(now[0]?.ports[0]?.port ?? 0, '/')).headers['x-echo-version'], 'v2');

  const retired = before[1]?.ports[0]?.port ?? 0;
  assert.equal((await get(retired, '/')).status, 200);
  await demo.closeRetired();
  await assert.rejects(get(retired, '/'), { code: 'ECONNREFUSED' });
});

test('equal slices keep their identity from apply to apply', async () => {
  const demo = new DemoBackends();
  after(() => demo.close());
  const model = modelOf([web, pods]);
  const first = await demo.apply(model);
  const second = await demo.apply(model);
  assert.ok(first.every((object, index) => object === second[index]));
});

test('AUTH_ALLOW_HEADER lets only requests with that header in', async () => {
  const demo = new DemoBackends();
  after(() => demo.close());
  const guarded = deployment('web-v1', { labels: { app: 'web' }, container: { ports: [{ name: 'main', containerPort: 8080 }], env: [{ name: 'AUTH_ALLOW_HEADER', value: 'x-token: let-me-in' }] } });
  const [slice] = slices(await demo.apply(modelOf([web, guarded])));
  const port = slice?.ports[0]?.port ?? 0;
  assert.equal((await get(port, '/')).status, 403);
  assert.equal((await get(port, '/', { 'x-token': 'let-me-in' })).status, 200);
});
