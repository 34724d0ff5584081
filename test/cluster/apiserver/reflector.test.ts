/** Following one kind of a real API server that is killed, restarted, cut off and stalled. */
import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiClient } from '../../../src/source/kubernetes/api-client.ts';
import type { KubeObject } from '../../../src/source/kubernetes/kube-object.ts';
import { Reflector, type Followed, type ReflectorTimes } from '../../../src/source/kubernetes/reflector.ts';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane } from './control-plane.ts';
import { create, inTurns, patch, remove, resourceOf } from './objects.ts';
import { noApiServer } from './programs.ts';
import { Way } from './way.ts';

/** What a reflector told, as one who listens knows it. */
interface Mirror {
  /** `name=value of the label v`, sorted. */
  readonly text: () => string;
  readonly objects: Map<string, KubeObject>;
  readonly syncs: () => number;
  readonly watches: () => number;
  readonly troubles: string[];
}

interface Setting extends Partial<Followed> {
  readonly label: string;
  readonly way?: Way;
  readonly times?: Partial<ReflectorTimes>;
}

const limit = { timeout: 90_000 };

suite('a reflector', { skip: noApiServer }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start({ crds: false });
  });
  after(() => plane.close());

  async function mirror(t: TestContext, { label, way, times = {}, ...followed }: Setting): Promise<Mirror> {
    const objects = new Map<string, KubeObject>();
    const counts = { syncs: 0, watches: 0 };
    const troubles: string[] = [];
    const client = new ApiClient(plane.access('admin', way?.url));
    const reflector = new Reflector(client, { resource: resourceOf('ConfigMap'), labelSelector: `test=${label}`, ...followed }, {
      onSync(all) {
        counts.syncs++;
        objects.clear();
        for (const [key, one] of all) objects.set(key, one);
      },
      onChange: (key, one) => void (one === undefined ? objects.delete(key) : objects.set(key, one)),
      onWatch: () => void counts.watches++,
      onTrouble: (error) => void troubles.push(String(error)),
    }, { missing: 100, longestWait: 300, ...times });
    void reflector.run();
    t.after(() => {
      reflector.stop();
      client.close();
    });
    const text = (): string => [...objects.values()].map(({ metadata: { name, labels } }) => `${name}=${labels?.['v']}`).sort().join(' ');
    await until(t, () => counts.watches > 0);
    return { text, objects, troubles, syncs: () => counts.syncs, watches: () => counts.watches };
  }

  const meta = (test: string, name: string): { namespace: string; name: string } => ({ namespace: 'default', name: `${test}-${name}` });
  const make = (test: string, name: string, v = '1'): Promise<unknown> => create(plane.client, 'ConfigMap', { metadata: { ...meta(test, name), labels: { test, v } }, data: { 'ca.crt': 'x' } });
  const set = (test: string, name: string, v: string): Promise<unknown> => patch(plane.client, 'ConfigMap', meta(test, name), { metadata: { labels: { v } } });
  const drop = (test: string, name: string): Promise<unknown> => remove(plane.client, 'ConfigMap', meta(test, name));

  test('lists in pages, then hears of what is made, changed and removed', limit, async (t) => {
    await inTurns(Array.from({ length: 1100 }, (_, at) => at), (at) => make('pages', String(at)));
    const seen = await mirror(t, { label: 'pages' });
    assert.deepEqual([seen.objects.size, seen.syncs()], [1100, 1]);
    await set('pages', '7', '2');
    await drop('pages', '8');
    await make('pages', 'new');
    await until(t, () => seen.objects.has('default/pages-new'));
    assert.equal(seen.objects.get('default/pages-7')?.metadata.labels?.['v'], '2');
    assert.equal(seen.objects.has('default/pages-8'), false);
    assert.deepEqual([seen.objects.size, seen.syncs(), seen.troubles], [1100, 1, []]);
  });

  test('is told names and versions alone where it asks for no more', limit, async (t) => {
    await make('names', 'a');
    const seen = await mirror(t, { label: 'names', isMetadataOnly: true });
    await make('names', 'b');
    await until(t, () => seen.objects.size === 2);
    assert.deepEqual([...seen.objects.values()].map((it) => 'data' in it && Object.keys(it.data as object).length > 0), [false, false]);
  });

  test('goes on after watches that end, without another list', limit, async (t) => {
    const seen = await mirror(t, { label: 'ends', times: { watch: 500 } });
    for (let at = 0; seen.watches() < 4; at++) {
      await make('ends', String(at));
      await sleep(50);
    }
    const last = await make('ends', 'last');
    assert.ok(last !== undefined);
    await until(t, () => seen.objects.has('default/ends-last'));
    const listed = await plane.client.call<{ items: readonly unknown[] }>({ method: 'GET', path: '/api/v1/namespaces/default/configmaps', query: { labelSelector: 'test=ends' } });
    assert.deepEqual([seen.objects.size, seen.syncs(), seen.troubles], [listed.items.length, 1, []]);
  });

  test('notices a watch that is stalled, and goes on where it was', limit, async (t) => {
    const way = await Way.to(t, plane.port);
    await make('stalled', 'a');
    await make('stalled', 'b');
    const seen = await mirror(t, { label: 'stalled', way, times: { silence: 1000 } });
    way.stall();
    await set('stalled', 'a', '2');
    await drop('stalled', 'b');
    await until(t, () => seen.text() === 'stalled-a=2');
    assert.equal(seen.syncs(), 1);
  });

  test('goes on after its connections were cut', limit, async (t) => {
    const way = await Way.to(t, plane.port);
    const seen = await mirror(t, { label: 'cut', way });
    way.block();
    await make('cut', 'a');
    await until(t, () => seen.troubles.length > 1);
    way.unblock();
    await until(t, () => seen.text() === 'cut-a=1');
    assert.equal(seen.syncs(), 1);
  });

  test('lists anew when what it knew is forgotten (410), and sees what was removed meanwhile', limit, async (t) => {
    const way = await Way.to(t, plane.port);
    for (const name of ['a', 'b', 'c']) await make('gone', name);
    const seen = await mirror(t, { label: 'gone', way });
    way.block();
    await drop('gone', 'a');
    await set('gone', 'b', '2');
    await make('gone', 'd');
    await plane.compact();
    // Its memory of events goes with it.
    await plane.apiserver.kill();
    await plane.apiserver.start();
    way.unblock();
    await until(t, () => seen.text() === 'gone-b=2 gone-c=1 gone-d=1');
    assert.equal(seen.syncs(), 2);
  });

  test('follows again after the API server was killed, and after etcd was', limit, async (t) => {
    await make('killed', 'a');
    const seen = await mirror(t, { label: 'killed' });
    for (const victim of ['apiserver', 'etcd'] as const) {
      await plane[victim].kill();
      await plane[victim].start();
      // After etcd's death the API server needs a moment too.
      for (let isMade = false; !isMade;) isMade = await make('killed', victim).then(() => true, () => false);
      await until(t, () => seen.objects.has(`default/killed-${victim}`));
    }
    assert.equal(seen.text(), 'killed-a=1 killed-apiserver=1 killed-etcd=1');
  });
});
