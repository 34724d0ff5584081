/** Objects applied to a real API server. */
import assert from 'node:assert/strict';
import { after, before, suite, test, type TestContext } from 'node:test';
import { Applier, type AppliedObject } from '../../../src/source/index.ts';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane, type User } from './control-plane.ts';
import { create, grant, patch, read } from './objects.ts';
import { noApiServer } from './programs.ts';

const limit = { timeout: 60_000 };
type Wish = AppliedObject & { readonly metadata: { readonly labels?: Readonly<Record<string, string>> }; readonly data: Readonly<Record<string, string>> };

function wish(name: string, data: Readonly<Record<string, string>>, namespace = 'default'): Wish {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, labels: { from: 'postern' } }, data };
}

suite('an applier', { skip: noApiServer }, () => {
  let plane: ControlPlane;
  before(async () => {
    plane = await ControlPlane.start({ crds: false });
    await create(plane.client, 'Namespace', { metadata: { name: 'forbidden' } });
  });
  after(() => plane.close());

  function applier(t: TestContext, user: User = 'admin'): { applier: Applier; troubles: string[] } {
    const troubles: string[] = [];
    const made = new Applier(plane.access(user), (it) => void troubles.push(it));
    t.after(() => made.close());
    return { applier: made, troubles };
  }

  async function data(name: string, namespace = 'default'): Promise<unknown> {
    return (await read(plane.client, 'ConfigMap', { namespace, name }).catch(() => undefined))?.['data'];
  }

  async function untilData(t: TestContext, name: string, value: object): Promise<void> {
    let found: unknown;
    do found = await data(name);
    while (JSON.stringify(found) !== JSON.stringify(value) && !t.signal.aborted);
  }

  test('makes objects and changes them with the wish; what others add stays', limit, async (t) => {
    const { applier: made, troubles } = applier(t);
    made.want([wish('shared', { ours: '1', gone: '1' })]);
    await untilData(t, 'shared', { gone: '1', ours: '1' });
    await patch(plane.client, 'ConfigMap', { namespace: 'default', name: 'shared' }, { metadata: { annotations: { 'example.com/by': 'others' } }, data: { theirs: '1' } });
    made.want([wish('shared', { ours: '2' })]);
    await untilData(t, 'shared', { ours: '2', theirs: '1' });
    const { metadata } = await read(plane.client, 'ConfigMap', { namespace: 'default', name: 'shared' });
    assert.deepEqual([metadata.labels, metadata.annotations, troubles], [{ from: 'postern' }, { 'example.com/by': 'others' }, []]);
  });

  test('what is refused is said once and is in nobody\'s way, and is done as soon as it may be', limit, async (t) => {
    await grant(plane.client, 'controller', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch'] }], 'default');
    const { applier: made, troubles } = applier(t, 'controller');
    made.want([wish('first', { a: '1' }, 'forbidden'), wish('second', { a: '1' })]);
    await untilData(t, 'second', { a: '1' });
    assert.equal(troubles.length, 1);
    assert.match(troubles[0]!, /^\/api\/v1\/namespaces\/forbidden\/configmaps\/first could not be applied: .*forbidden/);
    await grant(plane.client, 'controller', [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'create', 'patch'] }], 'forbidden');
    while (await data('first', 'forbidden') === undefined) t.signal.throwIfAborted();
  });

  test('a wish that was refused and is taken back is no problem any more', limit, async (t) => {
    const { applier: made } = applier(t);
    const service = (clusterIP?: string): AppliedObject => ({
      apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name: 'fixed' }, spec: { ports: [{ port: 80 }], ...(clusterIP === undefined ? {} : { clusterIP }) },
    });
    made.want([service()]);
    while (await plane.client.call({ method: 'GET', path: '/api/v1/namespaces/default/services/fixed' }).catch(() => undefined) === undefined) t.signal.throwIfAborted();
    made.want([service('10.96.200.200')]);
    await until(t, () => made.problemOf('default/fixed') !== undefined);
    made.want([service()]);
    await until(t, () => made.problemOf('default/fixed') === undefined);
  });

  test('does nothing while another process applies, and then all that is wanted', limit, async (t) => {
    const { applier: made } = applier(t);
    made.pause(true);
    made.want([wish('paused', { a: '1' })]);
    assert.equal(await data('paused'), undefined);
    made.pause(false);
    await untilData(t, 'paused', { a: '1' });
  });

  test('objects that belong together are made in their order', limit, async (t) => {
    const { applier: made } = applier(t);
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace: 'default', name: 'together' } };
    made.want([account, wish('together', { a: '1' })]);
    await untilData(t, 'together', { a: '1' });
    const version = async (path: string): Promise<number> => Number((await plane.client.call<{ metadata: { resourceVersion: string } }>({ method: 'GET', path })).metadata.resourceVersion);
    assert.ok(await version('/api/v1/namespaces/default/serviceaccounts/together') < await version('/api/v1/namespaces/default/configmaps/together'));
  });
});
