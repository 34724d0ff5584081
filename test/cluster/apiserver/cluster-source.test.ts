/** Everything that is read of a cluster, as a snapshot: with kinds that are missing, an account that may not, and Secrets that are none of our business. */
import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Snapshot } from '../../../src/contract/index.ts';
import { openClusterSource, type ClusterScope, type ClusterSource } from '../../../src/source/index.ts';
import type { KubeObject } from '../../../src/source/kubernetes/kube-object.ts';
import { watchedResources } from '../../../src/source/kubernetes/resource.ts';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane, type User } from './control-plane.ts';
import { create, grant, inTurns, patch, remove, revoke, type Rule } from './objects.ts';
import { noApiServer } from './programs.ts';

interface Watched {
  readonly source: ClusterSource;
  readonly snapshots: Snapshot[];
  readonly troubles: string[];
  /** `kind namespace/name` of the newest snapshot's objects of a kind. */
  keys(kind: string): string[];
}

const limit = { timeout: 90_000 };
const times = { missing: 100, longestWait: 300 };
const verbs = ['get', 'list', 'watch'];
const rulesFor = (resources: typeof watchedResources): Rule[] => resources.map(({ group, plural }) => ({ apiGroups: [group], resources: [plural], verbs }));
const everything = rulesFor(watchedResources);
const clusterWide = rulesFor(watchedResources.filter((it) => !it.isNamespaced));

suite('what is read of a cluster', { skip: noApiServer }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start();
    for (const name of ['one', 'two']) await create(plane.client, 'Namespace', { metadata: { name } });
  });
  after(() => plane.close());

  function watch(t: TestContext, user: User = 'admin', scope: ClusterScope = {}): Watched {
    const snapshots: Snapshot[] = [];
    const troubles: string[] = [];
    const source = openClusterSource(plane.access(user), {
      onSnapshot: (it) => void snapshots.push(it), onStatus: () => undefined, onTrouble: (it) => void troubles.push(it),
    }, { times, ...scope });
    t.after(() => source.close());
    const keys = (kind: string): string[] => (snapshots.at(-1)?.objects ?? []).map(({ value }) => value as KubeObject).filter((it) => it.kind === kind)
      .map(({ metadata: { namespace = '', name } }) => `${namespace}/${name}`).filter((it) => !it.startsWith('kube-')).sort();
    return { source, snapshots, troubles, keys };
  }

  const gateway = (name: string, secrets: readonly string[], namespace = 'one'): Promise<unknown> => create(plane.client, 'Gateway', {
    metadata: { namespace, name },
    spec: { gatewayClassName: 'postern', listeners: [{ name: 'tls', port: 443, protocol: 'HTTPS', tls: { certificateRefs: secrets.map((it) => ({ name: it })) } }] },
  });
  const secret = (name: string, text = 'x', namespace = 'one'): Promise<unknown> => create(plane.client, 'Secret', {
    metadata: { namespace, name }, type: 'kubernetes.io/tls', stringData: { 'tls.crt': text, 'tls.key': text, 'other': 'of no use' },
  });

  test('a kind that is missing is said, and followed when it comes, and forgotten when it goes', limit, async (t) => {
    const crd = 'udproutes.gateway.networking.k8s.io';
    await plane.removeCrd(crd);
    const { snapshots, troubles, keys } = watch(t);
    await until(t, () => snapshots.length > 0);
    assert.deepEqual(snapshots[0]!.findings.map((it) => [it.code, it.message]), [['kind-unavailable', 'udproutes (gateway.networking.k8s.io/v1) are not known to the API server; install the CRDs of Gateway API v1.7']]);
    await plane.applyCrds(crd);
    const route = { metadata: { namespace: 'one', name: 'dns' }, spec: { rules: [{ backendRefs: [{ name: 'dns', port: 53 }] }] } };
    for (let isMade = false; !isMade;) isMade = await create(plane.client, 'UDPRoute', route).then(() => true, () => false);
    await until(t, () => keys('UDPRoute').length === 1);
    assert.deepEqual(snapshots.at(-1)!.findings, []);
    assert.ok(troubles.includes('udproutes are followed again'));
    await plane.removeCrd(crd);
    await until(t, () => keys('UDPRoute').length === 0);
    await plane.applyCrds(crd);
  });

  test('an account that may read nothing starts and says so; what is granted later is followed', limit, async (t) => {
    const { snapshots, troubles, keys } = watch(t, 'stranger');
    await until(t, () => snapshots.length > 0);
    assert.ok(snapshots[0]!.findings.some((it) => it.message.startsWith('httproutes (gateway.networking.k8s.io/v1) cannot be read: httproutes.gateway.networking.k8s.io is forbidden: User "stranger" cannot list resource')));
    assert.deepEqual(keys('Namespace'), []);
    await grant(plane.client, 'stranger', everything);
    await until(t, () => keys('Namespace').includes('/one') && snapshots.at(-1)!.findings.length === 0);
    assert.ok(troubles.includes('httproutes are followed again'));
    await revoke(plane.client, 'stranger');
  });

  test('an API server that is away is said once and not for each kind, and that it is back', limit, async (t) => {
    const { snapshots, troubles } = watch(t);
    await until(t, () => snapshots.length > 0);
    await plane.apiserver.kill();
    await until(t, () => snapshots.at(-1)!.findings.length > 10);
    await plane.apiserver.start();
    await until(t, () => snapshots.at(-1)!.findings.length === 0);
    assert.equal(new Set(troubles).size, troubles.length);
    assert.ok(troubles.length < 8, troubles.join('\n'));
    assert.ok(troubles.includes('the API server answers again'));
  });

  test('with namespaces given, nothing is asked of the others', limit, async (t) => {
    await grant(plane.client, 'controller', clusterWide);
    await grant(plane.client, 'controller', everything, 'one');
    for (const namespace of ['one', 'two']) {
      await secret('bounded', 'x', namespace);
      await gateway('bounded', ['bounded'], namespace);
    }
    const { snapshots, troubles, keys } = watch(t, 'controller', { namespaces: ['one'] });
    await until(t, () => keys('Gateway').length > 0);
    assert.deepEqual([snapshots.at(-1)!.findings, troubles], [[], []]);
    assert.deepEqual([keys('Gateway'), keys('Secret')], [['one/bounded'], ['one/bounded']]);
    for (const namespace of ['one', 'two']) await remove(plane.client, 'Gateway', { namespace, name: 'bounded' });
  });

  test('of Secrets only those come that something names, and of them only what is read', limit, async (t) => {
    await secret('named');
    await secret('stranger');
    await gateway('tls', ['named', 'later']);
    const { source, snapshots, keys } = watch(t);
    await until(t, () => snapshots.length > 0);
    assert.deepEqual(keys('Secret'), ['one/named'], 'the first snapshot has what is named');
    assert.deepEqual(Object.keys((source.find('Secret', 'one/named') as unknown as { data: object }).data), ['tls.crt', 'tls.key']);
    assert.equal(source.find('Secret', 'one/stranger'), undefined);
    await secret('later');
    await until(t, () => keys('Secret').length === 2);
    await patch(plane.client, 'Secret', { namespace: 'one', name: 'named' }, { stringData: { 'tls.crt': 'new' } });
    const certificate = (): string | undefined => (source.find('Secret', 'one/named') as unknown as { data: Record<string, string> } | undefined)?.data['tls.crt'];
    await until(t, () => certificate() === Buffer.from('new').toString('base64'));
    await remove(plane.client, 'Secret', { namespace: 'one', name: 'later' });
    await until(t, () => keys('Secret').length === 1);
    await remove(plane.client, 'Gateway', { namespace: 'one', name: 'tls' });
    await until(t, () => keys('Secret').length === 0);
  });

  test('Secrets that are none of our business take no memory', limit, async (t) => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const held = (): number => {
      collect();
      const { heapUsed, external } = process.memoryUsage();
      return heapUsed + external;
    };
    const text = 'x'.repeat(200_000);
    await inTurns(Array.from({ length: 40 }, (_, at) => at), (at) => secret(`heavy-${at}`, text));
    const before = held();
    const { source, snapshots } = watch(t);
    await until(t, () => snapshots.length > 0);
    const [taken, all] = [held() - before, 40 * 2 * text.length];
    assert.ok(taken < all / 4, `${taken} bytes of ${all} in Secrets`);
    assert.ok(source.find('Namespace', 'one') !== undefined);
  });

  test('a Gateway never comes without the Secret that it names', limit, async (t) => {
    const { snapshots } = watch(t);
    await until(t, () => snapshots.length > 0);
    await inTurns(Array.from({ length: 20 }, (_, at) => at), async (at) => {
      await secret(`pair-${at}`);
      await gateway(`pair-${at}`, [`pair-${at}`]);
    });
    const has = (snapshot: Snapshot, kind: string, name: string): boolean => snapshot.objects.some(({ value }) => (value as KubeObject).kind === kind && (value as KubeObject).metadata.name === name);
    await until(t, () => has(snapshots.at(-1)!, 'Gateway', 'pair-0') && snapshots.at(-1)!.objects.filter(({ value }) => (value as KubeObject).metadata.name.startsWith('pair-')).length === 40);
    for (const snapshot of snapshots) {
      for (let at = 0; at < 20; at++) if (has(snapshot, 'Gateway', `pair-${at}`)) assert.ok(has(snapshot, 'Secret', `pair-${at}`), `pair-${at}`);
    }
  });
});
