/** Statuses as they end up in a real API server, with others that write there too. */
import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import { StatusWriter, type WantedStatus } from '../../../src/source/index.ts';
import { ApiClient } from '../../../src/source/kubernetes/api-client.ts';
import type { KubeObject } from '../../../src/source/kubernetes/kube-object.ts';
import { Reflector } from '../../../src/source/kubernetes/reflector.ts';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane } from './control-plane.ts';
import { create, inTurns, patch, read, resourceOf, type TestObject } from './objects.ts';
import { noApiServer } from './programs.ts';
import { Way } from './way.ts';

const us = 'postern.dev/gateway-controller';
const limit = { timeout: 90_000 };

interface Parent {
  readonly controllerName: string;
  readonly parentRef: { readonly name: string; readonly [field: string]: unknown };
  readonly conditions: readonly { readonly type: string; readonly status: string; readonly reason: string }[];
}

function parent(name: string, { controllerName = us, reason = 'Accepted', type = 'Accepted' } = {}): Parent {
  const condition = { type, status: reason === 'Accepted' ? 'True' : 'False', reason, message: 'as it is', lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 1 };
  return { controllerName, parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name }, conditions: [condition] };
}

function wanted(name: string, parents: readonly Parent[], generation = 1): WantedStatus {
  return { ref: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default', name }, generation, status: { parents } };
}

interface Writing {
  readonly writer: StatusWriter;
  readonly troubles: string[];
  /** What the writer takes for the newest state. */
  readonly seen: Map<string, KubeObject>;
}

suite('a status writer', { skip: noApiServer }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start();
  });
  after(() => plane.close());

  const meta = (name: string): { namespace: string; name: string } => ({ namespace: 'default', name });
  const route = (name: string, test = name): Promise<TestObject> => create(plane.client, 'HTTPRoute', { metadata: { ...meta(name), labels: { test } }, spec: { parentRefs: [{ name: 'gateway' }] } });
  const live = async (name: string): Promise<KubeObject> => await read(plane.client, 'HTTPRoute', meta(name)) as unknown as KubeObject;
  const parentsOf = ({ status }: KubeObject): readonly Parent[] => (status?.['parents'] ?? []) as readonly Parent[];
  const names = (object: KubeObject): string[] => parentsOf(object).map((it) => `${it.controllerName === us ? '' : 'other '}${it.parentRef.name} ${it.conditions[0]?.reason}`);

  /** Follows the test's HTTPRoutes as the controller does, unless the test says what is seen. */
  function writing(t: TestContext, label: string | undefined, way?: Way): Writing {
    const troubles: string[] = [];
    const seen = new Map<string, KubeObject>();
    const access = plane.access('admin', way?.url);
    const writer = new StatusWriter(access, { controllerName: us, find: (_, key) => seen.get(key), onTrouble: (it) => void troubles.push(it) });
    t.after(() => writer.close());
    if (label === undefined) return { writer, troubles, seen };
    const client = new ApiClient(plane.access());
    const see = (key: string, object: KubeObject | undefined): void => {
      if (object === undefined) seen.delete(key);
      else seen.set(key, object);
      writer.look('HTTPRoute', key);
    };
    const reflector = new Reflector(client, { resource: resourceOf('HTTPRoute'), labelSelector: `test=${label}` }, {
      onSync: (all) => all.forEach((object, key) => see(key, object)), onChange: see, onWatch: () => undefined, onTrouble: () => undefined,
    });
    void reflector.run();
    t.after(() => {
      reflector.stop();
      client.close();
    });
    return { writer, troubles, seen };
  }

  test('an object that is edited all the time is written now and then, and in the end as it is', limit, async (t) => {
    await route('often');
    const { writer, seen } = writing(t, 'often');
    await until(t, () => seen.has('default/often'));
    const startedAt = performance.now();
    for (let edit = 0; edit < 60; edit++) {
      writer.want(() => [wanted('often', [parent('a', { reason: `R${edit}` })])]);
      await live('often');
    }
    await until(t, () => names(seen.get('default/often')!).includes('a R59'));
    assert.ok(writer.writes <= 2 + (performance.now() - startedAt) / 100, `${writer.writes} writes`);
  });

  test('writes all conditions at once, and nothing where nothing changed', limit, async (t) => {
    await route('once');
    const { writer, seen } = writing(t, 'once');
    await until(t, () => seen.has('default/once'));
    writer.want(() => [wanted('once', [parent('a'), parent('b')])]);
    await until(t, () => names(seen.get('default/once')!).length === 2);
    writer.want(() => [wanted('once', [parent('a'), parent('b')])]);
    writer.look('HTTPRoute', 'default/once');
    writer.want(() => [wanted('once', [parent('a'), parent('b', { reason: 'NotAllowedByListeners' })])]);
    await until(t, () => names(seen.get('default/once')!).includes('b NotAllowedByListeners'));
    await until(t, () => writer.writes >= 2);
    writer.look('HTTPRoute', 'default/once');
    assert.equal(writer.writes, 2);
  });

  test('keeps the entries of others, echoes parentRefs, removes its own that are stale', limit, async (t) => {
    await route('shared');
    await patch(plane.client, 'HTTPRoute', meta('shared'), { status: { parents: [parent('a', { controllerName: 'example.com/other' }), parent('stale')] } }, '/status');
    const { writer, seen } = writing(t, 'shared');
    await until(t, () => seen.has('default/shared'));
    const exact = { ...parent('a'), parentRef: { name: 'a', sectionName: 'web', port: 80 } };
    writer.want(() => [wanted('shared', [exact])]);
    await until(t, () => names(seen.get('default/shared')!).join() === 'other a Accepted,a Accepted');
    const { group: _, kind: __, ...parentRef } = parentsOf(await live('shared'))[1]!.parentRef;
    assert.deepEqual(parentRef, exact.parentRef);
    writer.want(() => []);
    await until(t, () => names(seen.get('default/shared')!).join() === 'other a Accepted');
  });

  test('merges anew after a conflict, and loses nothing of what came between', limit, async (t) => {
    await route('conflict');
    const { writer, seen, troubles } = writing(t, undefined);
    seen.set('default/conflict', await live('conflict'));
    await patch(plane.client, 'HTTPRoute', meta('conflict'), { status: { parents: [parent('b', { controllerName: 'example.com/other' })] } }, '/status');
    writer.want(() => [wanted('conflict', [parent('a')])]);
    await until(t, () => writer.writes === 1);
    assert.deepEqual([names(await live('conflict')), troubles], [['other b Accepted', 'a Accepted'], []]);
  });

  test('does not write what was judged of an older generation', limit, async (t) => {
    await route('older');
    await patch(plane.client, 'HTTPRoute', meta('older'), { spec: { hostnames: ['new.example.com'] } });
    await route('current', 'older');
    const { writer, seen } = writing(t, 'older');
    await until(t, () => seen.size === 2);
    writer.want(() => [wanted('older', [parent('a')]), wanted('current', [parent('a')])]);
    await until(t, () => names(seen.get('default/current')!).length === 1);
    // The watch may tell of a write before its answer does.
    await until(t, () => writer.writes > 0);
    assert.deepEqual([names(await live('older')), writer.writes], [[], 1]);
    writer.want(() => [wanted('older', [parent('a')], 2), wanted('current', [parent('a')])]);
    await until(t, () => names(seen.get('default/older')!).length === 1);
  });

  test('an object whose status is refused is in nobody\'s way, and said once', limit, async (t) => {
    await inTurns(Array.from({ length: 100 }, (_, at) => at), (at) => route(`many-${at}`, 'refused'));
    await inTurns(Array.from({ length: 20 }, (_, at) => at), (at) => route(`refused-${at}`, 'refused'));
    const { writer, seen, troubles } = writing(t, 'refused');
    await until(t, () => seen.size === 120);
    const refused = Array.from({ length: 20 }, (_, at) => wanted(`refused-${at}`, [parent('a', { reason: 'no reason has spaces' })]));
    const good = Array.from({ length: 100 }, (_, at) => wanted(`many-${at}`, [parent('a')]));
    writer.want(() => [...refused, ...good]);
    await until(t, () => writer.writes === 100);
    assert.equal(new Set(troubles).size, troubles.length);
    writer.want(() => [wanted('refused-0', [parent('a')]), ...refused.slice(1), ...good]);
    await until(t, () => writer.writes === 101);
  });

  test('writes when the server is back what it could not while it was away', limit, async (t) => {
    const way = await Way.to(t, plane.port);
    await route('away');
    const { writer, seen, troubles } = writing(t, 'away', way);
    await until(t, () => seen.has('default/away'));
    way.block();
    writer.want(() => [wanted('away', [parent('a')])]);
    await until(t, () => troubles.length > 0);
    way.unblock();
    await until(t, () => names(seen.get('default/away')!).length === 1);
  });

  test('writes nothing until it leads, and then everything that is wanted', limit, async (t) => {
    await route('lead');
    const { writer, seen } = writing(t, 'lead');
    await until(t, () => seen.has('default/lead'));
    writer.lead(false);
    writer.want(() => [wanted('lead', [parent('a')])]);
    writer.look('HTTPRoute', 'default/lead');
    assert.equal(writer.writes, 0);
    writer.lead(true);
    await until(t, () => names(seen.get('default/lead')!).length === 1);
  });
});
