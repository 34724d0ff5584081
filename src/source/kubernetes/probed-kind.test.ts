/** Kinds that a cluster may lack, against a server that says what it serves and changes its mind. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { until } from '../../../test/harness/temp-folder.ts';
import { ApiClient } from './api-client.ts';
import { ProbedKind } from './probed-kind.ts';
import { watchedResources } from './resource.ts';

const limit = { timeout: 30_000 };
const resource = watchedResources.find((it) => it.kind === 'ClusterTrustBundle')!;

interface FakeCluster {
  /** Names of the bundles of each version that is served. */
  served: Record<string, readonly string[]>;
  /** Answered to discovery in place of what is served. */
  refusal: number | undefined;
  /** Paths of lists that were asked for. */
  readonly lists: string[];
  readonly kind: ProbedKind;
  readonly troubles: readonly string[];
  changes: number;
}

async function fakeCluster(t: TestContext, served: FakeCluster['served'], refusal?: number, kindOf = resource): Promise<FakeCluster> {
  const watches = new Set<ServerResponse>();
  const lists: string[] = [];
  const troubles: string[] = [];
  const server = createServer(({ url = '' }, response) => {
    const { pathname, searchParams } = new URL(url, 'http://cluster.test');
    const [, , , version = '', plural] = pathname.split('/');
    const names = cluster.served[version];
    const answer = (status: number, body: object): void => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    if (plural === undefined && cluster.refusal !== undefined) return answer(cluster.refusal, { reason: 'Refused' });
    // The group is there for signing requests in any case.
    if (plural === undefined) return answer(200, { resources: [{ name: 'certificatesigningrequests' }, ...(names === undefined ? [] : [{ name: 'clustertrustbundles' }])] });
    if (names === undefined) return answer(404, { reason: 'NotFound' });
    if (searchParams.has('watch')) {
      response.writeHead(200).flushHeaders();
      watches.add(response);
      return undefined;
    }
    lists.push(version);
    return answer(200, { metadata: { resourceVersion: '1' }, items: names.map((name) => ({ metadata: { name, uid: name, resourceVersion: '1' }, spec: { trustBundle: version } })) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new ApiClient({ server: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), token: () => Promise.resolve(undefined) });
  const cluster: FakeCluster = { served, refusal, lists, troubles, changes: 0, kind: undefined as never };
  const kind = new ProbedKind(kindOf, { client, every: 10, changed: () => { cluster.changes++; }, events: { onSnapshot: () => undefined, onStatus: () => undefined, onTrouble: (it) => troubles.push(it) } });
  t.after(() => {
    kind.stop();
    for (const watch of watches) watch.destroy();
    client.close();
    server.close();
  });
  return Object.assign(cluster, { kind });
}

function names({ kind }: FakeCluster): string[] {
  return [...kind.objects.values()].map(({ value }) => (value as { metadata: { name: string }; apiVersion: string })).map(({ apiVersion, metadata }) => `${apiVersion} ${metadata.name}`);
}

test('a kind is followed in the newest version that is served', limit, async (t) => {
  const cluster = await fakeCluster(t, { v1beta1: ['a', 'b'], v1alpha1: ['a'] });
  await until(t, () => cluster.kind.isRead);
  assert.equal(cluster.kind.isServed, true);
  assert.deepEqual(names(cluster), ['certificates.k8s.io/v1beta1 a', 'certificates.k8s.io/v1beta1 b']);
  assert.deepEqual(cluster.lists, ['v1beta1']);
});

test('where nothing of it is served, nothing is asked of it until it is; when it goes, it is forgotten', limit, async (t) => {
  const cluster = await fakeCluster(t, {});
  await until(t, () => cluster.kind.isRead);
  assert.deepEqual([cluster.kind.isServed, names(cluster), cluster.lists, cluster.changes], [false, [], [], 1]);
  cluster.served = { v1: ['a'] };
  await until(t, () => cluster.kind.isServed);
  assert.deepEqual(names(cluster), ['certificates.k8s.io/v1 a'], 'never served and unread');
  cluster.served = {};
  await until(t, () => !cluster.kind.isServed);
  assert.deepEqual([names(cluster), cluster.kind.isRead, cluster.troubles], [[], true, []]);
});

test('a newer version takes over without a moment in which nothing is known', limit, async (t) => {
  const cluster = await fakeCluster(t, { v1beta1: ['a'] });
  await until(t, () => cluster.kind.isRead);
  cluster.served = { v1: ['a'], v1beta1: ['a'] };
  await until(t, () => {
    assert.equal(names(cluster).length, 1);
    return names(cluster)[0] === 'certificates.k8s.io/v1 a';
  });
});

test('a server that does not say what it serves has nothing of it, and is asked again', limit, async (t) => {
  const cluster = await fakeCluster(t, { v1: ['a'] }, 403);
  await until(t, () => cluster.kind.isRead);
  assert.equal(cluster.kind.isServed, false);
  assert.match(cluster.troubles.join(), /^whether the API server serves clustertrustbundles is not known: /);
  cluster.refusal = undefined;
  await until(t, () => cluster.kind.isServed);
  cluster.refusal = 500;
  await until(t, () => cluster.troubles.length === 2);
  assert.deepEqual(names(cluster), ['certificates.k8s.io/v1 a'], 'a passing failure changes nothing');
});

test('a kind that must be there is waited for in its newest version, and said to be missing', limit, async (t) => {
  const { isOptional: _, ...needed } = resource;
  const cluster = await fakeCluster(t, {}, undefined, needed);
  await until(t, () => cluster.kind.isRead);
  assert.match(cluster.kind.findings()[0]?.message ?? '', /clustertrustbundles .* are not known/);
  cluster.served = { v1beta1: ['a'] };
  await until(t, () => cluster.kind.objects.size === 1);
  assert.deepEqual(names(cluster), ['certificates.k8s.io/v1beta1 a']);
});
