/** What a controller makes of Gateways on a real API server, and what it removes. */
import assert from 'node:assert/strict';
import { after, before, suite, test } from 'node:test';
import { until } from '../../harness/temp-folder.ts';
import { ControlPlane } from './control-plane.ts';
import { condition, FleetRig, freePort, paths, type Program, type Thing } from './fleet-rig.ts';
import { create } from './objects.ts';
import { noApiServer } from './programs.ts';

const limit = { timeout: 90_000 };
const ours = 'postern.dev/gateway-controller';

function spec(thing: Thing | undefined): Record<string, unknown> {
  return (thing?.['spec'] ?? {}) as Record<string, unknown>;
}

suite('the objects of Gateways', { skip: noApiServer }, () => {
  let [plane, rig, controlPlane]: [ControlPlane?, FleetRig?, string?] = [];
  let controller: Program;
  const ends: (() => unknown)[] = [];
  before(async () => {
    plane = await ControlPlane.start();
    rig = new FleetRig(plane);
    await create(plane.client, 'Namespace', { metadata: { name: 'shop' } });
    for (const [name, controllerName] of [['postern', ours], ['other', 'example.com/other'], ['second', ours]]) await rig.apply(paths.gatewayClass(name!), { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name }, spec: { controllerName } });
    controlPlane = `127.0.0.1:${await freePort()}`;
    controller = rig.controller({ after: (end) => void ends.push(end as () => unknown) }, controlPlane);
  });
  after(async () => {
    for (const end of ends) await end();
    rig?.close();
    await plane?.close();
  });

  function gateway(name: string, more: object = {}, ports: readonly number[] = [80]): Promise<Thing> {
    return rig!.apply(paths.gateway(`shop/${name}`), {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { namespace: 'shop', name },
      spec: { gatewayClassName: 'postern', listeners: ports.map((port) => ({ name: `p${port}`, port, protocol: 'HTTP' })), ...more },
    });
  }

  function parameters(name: string, content: object): Promise<Thing> {
    return rig!.apply(paths.parameters(`shop/${name}`), { apiVersion: 'postern.dev/v1alpha1', kind: 'GatewayParameters', metadata: { namespace: 'shop', name }, spec: content });
  }

  const withParameters = (name: string): object => ({ infrastructure: { parametersRef: { group: 'postern.dev', kind: 'GatewayParameters', name } } });
  const isThere = (it: Thing | undefined): boolean => it !== undefined;

  test('are made, owned, labelled, and changed with the Gateway; what others wrote on them stays', limit, async (t) => {
    const made = await gateway('web', { infrastructure: { labels: { team: 'a' }, annotations: { note: 'b' } } });
    await rig!.until(t, paths.budget('shop/web-postern'), isThere);
    for (const path of [paths.account, paths.configMap, paths.deployment, paths.service, paths.budget]) {
      const { labels, annotations, ownerReferences } = (await rig!.get(path('shop/web-postern')))!.metadata;
      assert.deepEqual([labels?.['team'], labels?.['gateway.networking.k8s.io/gateway-name'], annotations?.['note']], ['a', 'web', 'b']);
      assert.deepEqual(ownerReferences, [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name: 'web', uid: made.metadata.uid }]);
    }
    const foreign = { metadata: { annotations: { 'cloud.example.com/id': '7' }, labels: { theirs: 'yes' } }, spec: { sessionAffinity: 'ClientIP' } };
    await rig!.client.call({ method: 'PATCH', path: paths.service('shop/web-postern'), contentType: 'application/merge-patch+json', body: foreign });
    const { generation } = (await rig!.get(paths.deployment('shop/web-postern')))!.metadata;
    await gateway('web', { infrastructure: { labels: { team: 'a' }, annotations: { note: 'b' } } }, [80, 8443]);
    const service = await rig!.until(t, paths.service('shop/web-postern'), (it) => (spec(it)['ports'] as unknown[]).length === 2);
    assert.deepEqual([service?.metadata.annotations?.['cloud.example.com/id'], service?.metadata.labels?.['theirs'], spec(service)['sessionAffinity']], ['7', 'yes', 'ClientIP']);
    assert.equal((await rig!.get(paths.deployment('shop/web-postern')))?.metadata.generation, generation, 'a listener restarts no pod');
  });

  test('come again when somebody deletes them', limit, async (t) => {
    await gateway('again');
    const before = await rig!.until(t, paths.deployment('shop/again-postern'), isThere);
    await rig!.until(t, paths.budget('shop/again-postern'), isThere);
    for (const path of [paths.deployment, paths.service]) await rig!.delete(path('shop/again-postern'));
    await rig!.until(t, paths.deployment('shop/again-postern'), (it) => it !== undefined && it.metadata.uid !== before?.metadata.uid);
    await rig!.until(t, paths.service('shop/again-postern'), isThere);
  });

  test('have an autoscaler when asked, which decides alone, and none when no longer asked', limit, async (t) => {
    await parameters('scaled', { replicas: 3 });
    await gateway('scaled', withParameters('scaled'));
    await rig!.until(t, paths.deployment('shop/scaled-postern'), (it) => spec(it)['replicas'] === 3);
    await parameters('scaled', { autoscaling: { minReplicas: 2, maxReplicas: 9 } });
    await rig!.until(t, paths.autoscaler('shop/scaled-postern'), isThere);
    assert.equal(spec(await rig!.get(paths.deployment('shop/scaled-postern')))['replicas'], 3, 'the number stays until the autoscaler decides');
    await rig!.client.call({ method: 'PATCH', path: `${paths.deployment('shop/scaled-postern')}/scale`, query: { fieldManager: 'autoscaler' }, contentType: 'application/merge-patch+json', body: { spec: { replicas: 7 } } });
    await parameters('scaled', { autoscaling: { minReplicas: 2, maxReplicas: 9 }, proxy: { workers: 2 } });
    const deployment = await rig!.until(t, paths.deployment('shop/scaled-postern'), (it) => JSON.stringify(it).includes('--workers'));
    assert.equal(spec(deployment)['replicas'], 7);
    await parameters('scaled', { replicas: 1 });
    await rig!.until(t, paths.autoscaler('shop/scaled-postern'), (it) => it === undefined);
    await rig!.until(t, paths.budget('shop/scaled-postern'), (it) => it === undefined);
    await rig!.until(t, paths.deployment('shop/scaled-postern'), (it) => spec(it)['replicas'] === 1);
  });

  test('that are refused are named in the status, are in nobody\'s way, and are made once that is mended', limit, async (t) => {
    await parameters('odd', { proxy: { resources: { limits: { memory: 'a lot' } } } });
    await gateway('odd', withParameters('odd'));
    await gateway('beside');
    await rig!.until(t, paths.budget('shop/beside-postern'), isThere);
    await rig!.until(t, paths.gateway('shop/odd'), (it) => /^False\/\w+: .*deployments shop\/odd-postern could not be applied: .*quantities/.test(condition(it, 'Programmed')));
    await parameters('odd', { proxy: { resources: { limits: { memory: '1Gi' } } } });
    await rig!.until(t, paths.deployment('shop/odd-postern'), isThere);
    await rig!.until(t, paths.gateway('shop/odd'), (it) => !condition(it, 'Programmed').includes('could not be applied'));
  });

  test('of two Gateways that would have one name are the first one\'s, and the other one says so', limit, async (t) => {
    await gateway('twin');
    await rig!.until(t, paths.budget('shop/twin-postern'), isThere);
    await rig!.apply(paths.gatewayClass('a-postern'), { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'a-postern' }, spec: { controllerName: ours } });
    await gateway('twin-a');
    const first = await rig!.until(t, paths.budget('shop/twin-a-postern'), isThere);
    await gateway('twin', { gatewayClassName: 'a-postern' });
    await rig!.until(t, paths.gateway('shop/twin'), (it) => condition(it, 'Programmed').includes('Its objects would be called twin-a-postern, as those of Gateway shop/twin-a are'));
    assert.equal((await rig!.get(paths.budget('shop/twin-a-postern')))?.metadata.uid, first?.metadata.uid);
  });

  test('keep the class of a load balancer, which nobody can change, and say so; all else changes', limit, async (t) => {
    await parameters('class', { service: { type: 'LoadBalancer', loadBalancerClass: 'example.com/one' } });
    await gateway('class', withParameters('class'));
    await rig!.until(t, paths.service('shop/class-postern'), (it) => spec(it)['loadBalancerClass'] === 'example.com/one');
    await parameters('class', { service: { type: 'LoadBalancer', loadBalancerClass: 'example.com/two' } });
    await gateway('class', withParameters('class'), [80, 81]);
    const service = await rig!.until(t, paths.service('shop/class-postern'), (it) => (spec(it)['ports'] as unknown[]).length === 2);
    assert.equal(spec(service)['loadBalancerClass'], 'example.com/one');
    await rig!.until(t, paths.gateway('shop/class'), (it) => condition(it, 'Programmed').includes('keeps loadBalancerClass example.com/one, which nobody can change to example.com/two'));
    await parameters('class', { service: { type: 'ClusterIP' } });
    await rig!.until(t, paths.service('shop/class-postern'), (it) => spec(it)['type'] === 'ClusterIP' && spec(it)['loadBalancerClass'] === undefined);
  });

  test('go when the Gateway becomes another controller\'s', limit, async (t) => {
    await gateway('leaving');
    await rig!.until(t, paths.budget('shop/leaving-postern'), isThere);
    await gateway('leaving', { gatewayClassName: 'other' });
    for (const path of [paths.account, paths.configMap, paths.deployment, paths.service, paths.budget]) await rig!.until(t, path('shop/leaving-postern'), (it) => it === undefined);
    assert.ok(await rig!.get(paths.deployment('shop/web-postern')), 'others stay');
  });

  test('stay when the class is not there, and when the parameters are wrong', limit, async (t) => {
    await gateway('kept');
    const kept = await rig!.until(t, paths.budget('shop/kept-postern'), isThere);
    await gateway('kept', withParameters('missing'));
    await rig!.until(t, paths.gateway('shop/kept'), (it) => condition(it, 'Accepted').startsWith('False/InvalidParameters'));
    await gateway('kept', { gatewayClassName: 'nowhere' });
    // Something that is surely seen and swept after.
    await gateway('marker');
    await rig!.until(t, paths.budget('shop/marker-postern'), isThere);
    await gateway('marker', { gatewayClassName: 'other' });
    await rig!.until(t, paths.budget('shop/marker-postern'), (it) => it === undefined);
    assert.equal((await rig!.get(paths.budget('shop/kept-postern')))?.metadata.uid, kept?.metadata.uid);
  });

  test('of a former class go when the data planes of the new one have its traffic', limit, async (t) => {
    const port = await freePort();
    await gateway('moving', {}, [port]);
    await rig!.until(t, paths.budget('shop/moving-postern'), isThere);
    await gateway('moving', { gatewayClassName: 'second' }, [port]);
    await rig!.until(t, paths.budget('shop/moving-second'), isThere);
    assert.ok(await rig!.get(paths.deployment('shop/moving-postern')), 'nothing carries the traffic yet');
    const proxy = await rig!.dataPlane(t, 'shop/moving', { name: 'moving-second', controlPlane: controlPlane! });
    for (const path of [paths.account, paths.configMap, paths.deployment, paths.service, paths.budget]) await rig!.until(t, path('shop/moving-postern'), (it) => it === undefined);
    await rig!.until(t, paths.gateway('shop/moving'), (it) => condition(it, 'Programmed').startsWith('True/Programmed'));
    await proxy.end('SIGTERM');
  });

  test('a data plane that cannot open a port is named in the status, and one with another Gateway\'s token gets nothing', limit, async (t) => {
    const [taken, free] = [await freePort(), await freePort()];
    await gateway('busy', {}, [taken, free]);
    await gateway('mover', {}, [taken]);
    for (const name of ['busy', 'mover']) await rig!.until(t, paths.configMap(`shop/${name}-postern`), isThere);
    const stranger = await rig!.dataPlane(t, 'shop/busy', { name: 'mover-postern', controlPlane: controlPlane!, pod: 'stranger' });
    await until(t, () => stranger.output.some((it) => it.includes('the control plane at')));
    await rig!.dataPlane(t, 'shop/mover', { name: 'mover-postern', controlPlane: controlPlane! });
    await rig!.until(t, paths.gateway('shop/mover'), (it) => condition(it, 'Programmed').startsWith('True'));
    await rig!.dataPlane(t, 'shop/busy', { name: 'busy-postern', controlPlane: controlPlane! });
    const listenerOf = (it: Thing | undefined, at: number): string => condition({ metadata: it!.metadata, status: (it?.['status'] as { listeners: object[] } | undefined)?.listeners?.[at] }, 'Programmed');
    const busy = await rig!.until(t, paths.gateway('shop/busy'), (it) => listenerOf(it, 0).startsWith('False/PortUnavailable'));
    assert.match(listenerOf(busy, 0), new RegExp(`^False/PortUnavailable: data plane \\S+: .*${taken}`));
    assert.match(listenerOf(busy, 1), /^True\/Programmed/);
    assert.ok(controller.output.some((it) => it.includes('did not take all of its configuration')), 'the log tells too');
  });
});
