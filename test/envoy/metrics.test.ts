/** A real Envoy counts requests with the labels of the native proxy; skipped where there is none. */
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { MetricFamily } from '../../src/contract/index.ts';
import { askEnvoy } from '../../src/cli/envoy/envoy-admin.ts';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { envoyWorld, route, rule, serviceAt, type EnvoyWorld } from './envoy-world.ts';

const limit = { timeout: 90_000, skip: envoyBinary() === undefined ? howToGetEnvoy : false } as const;

const noBackend = { backend_kind: '', backend_namespace: '', backend: '', backend_port: '' };
const app = { backend_kind: 'Service', backend_namespace: 'default', backend: 'app', backend_port: '80' };
const web = { gateway_namespace: 'default', gateway: 'web', listener: 'http', listener_set: '' };

/** Counted requests, without the labels that are told: `labels → value`. */
function counted(families: readonly MetricFamily[]): Map<string, number> {
  const found = families.find(({ name }) => name === 'postern_requests_total');
  return new Map(found?.samples.map(({ labels, value }) => [JSON.stringify(Object.fromEntries(labels)), value]));
}

async function untilCounted(world: EnvoyWorld, requests: number): Promise<Map<string, number>> {
  let figures = new Map<string, number>();
  await world.until(async () => {
    figures = counted(await world.envoy.metrics());
    return [...figures.values()].reduce((sum, it) => sum + it, 0) >= requests;
  });
  return figures;
}

test('requests are counted by Gateway, listener, backend and code', limit, async (t) => {
  const silent = createServer(() => undefined).listen(0, '127.0.0.1');
  t.after(() => { silent.closeAllConnections(); silent.close(); });
  const world = await envoyWorld(t);
  await world.serve(
    ...serviceAt('silent', (silent.address() as AddressInfo).port), ...serviceAt('empty', undefined),
    route('shop', rule('PathPrefix', '/cart'), rule('Exact', '/silent', 'silent'), rule('Exact', '/empty', 'empty')),
  );
  for (let i = 0; i < 3; i++) assert.equal(await world.get('shop.test', '/cart'), 200);
  assert.equal(await world.get('shop.test', '/nowhere'), 404);
  assert.equal(await world.get('else.test', '/'), 404);
  assert.equal(await world.get('shop.test', '/empty'), 503);
  await leave(world, silent);
  const figures = await untilCounted(world, 7);
  assert.deepEqual(Object.fromEntries(figures), Object.fromEntries([
    [{ ...web, ...app, code: '200', code_class: '2xx' }, 3],
    [{ ...web, ...noBackend, code: '404', code_class: '4xx' }, 2],
    [{ ...web, ...app, backend: 'empty', code: '503', code_class: '5xx' }, 1],
    [{ ...web, ...app, backend: 'silent', code: 'none', code_class: 'none' }, 1],
  ].map(([labels, value]) => [JSON.stringify(labels), value])));
});

/** A client that does not wait for its answer. */
async function leave(world: EnvoyWorld, backend: ReturnType<typeof createServer>): Promise<void> {
  const { addresses, ports } = world.applied().placement.get('default/web')!;
  const arrived = new Promise((resolve) => { backend.once('request', resolve); });
  const asked = request({ host: addresses[0]!.value, port: ports.get(80) ?? 80, path: '/silent', headers: { host: 'shop.test' }, agent: false });
  asked.on('error', () => undefined).end();
  await arrived;
  asked.destroy();
}

test('rules have series of their own where that is asked for, counters outlive edits, and durations are a histogram', limit, async (t) => {
  const world = await envoyWorld(t, {}, { metricsByRoute: true });
  await world.serve(route('shop', { ...rule('PathPrefix', '/a'), name: 'first' }, rule('PathPrefix', '/b')));
  for (const path of ['/a', '/a', '/b']) assert.equal(await world.get('shop.test', path), 200);
  await untilCounted(world, 3);
  await world.serve(route('shop', { ...rule('PathPrefix', '/a'), name: 'first' }, rule('PathPrefix', '/b')), route('more', rule('PathPrefix', '/')));
  for (const [host, path] of [['shop.test', '/a'], ['more.test', '/']] as const) assert.equal(await world.get(host, path), 200);
  const figures = await untilCounted(world, 5);
  const of = (name: string, index: string): object => ({ ...web, route_kind: 'HTTPRoute', route_namespace: 'default', route: name, rule: index, ...app, code: '200', code_class: '2xx' });
  assert.deepEqual(Object.fromEntries(figures), Object.fromEntries([[of('shop', 'first'), 3], [of('shop', '1'), 1], [of('more', '0'), 1]].map(([labels, value]) => [JSON.stringify(labels), value])));

  // Envoy adds up the histograms of its threads every five seconds.
  await world.until(async () => {
    const durations = (await world.envoy.metrics()).find(({ name }) => name === 'postern_request_duration_seconds');
    return (durations?.samples ?? []).flatMap(({ buckets = [] }) => buckets).reduce((sum, it) => sum + it, 0) === 5;
  });
  const durations = (await world.envoy.metrics()).find(({ name }) => name === 'postern_request_duration_seconds');
  assert.deepEqual(durations?.samples[0]?.bounds?.slice(0, 3), [0.001, 0.0025, 0.005]);
  assert.equal(durations?.samples[0]?.bounds?.at(-1), 60);
  assert.deepEqual(durations?.samples.map(({ labels }) => labels.map(([name]) => name).join()), Array(3).fill([...Object.keys(web), 'route_kind', 'route_namespace', 'route', 'rule', ...Object.keys(app)].join()));
  assert.match(await askEnvoy(world.envoy.admin!, '/stats/prometheus'), /^envoy_postern_request_duration_milliseconds_bucket\{/m);
});
