/** The console of a controller on a real API server: objects of the cluster, and the data planes that follow. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ObjectPanel, Overview } from '../../src/view/index.ts';
import { ControlPlane } from '../cluster/apiserver/control-plane.ts';
import { FleetRig, freePort, paths } from '../cluster/apiserver/fleet-rig.ts';
import { create } from '../cluster/apiserver/objects.ts';
import { noApiServer } from '../cluster/apiserver/programs.ts';

const api = 'gateway.networking.k8s.io/v1';

test('a controller shows its objects, what needs mending, and its data planes', { skip: noApiServer, timeout: 120_000 }, async (t) => {
  const plane = await ControlPlane.start();
  t.after(() => plane.close());
  const rig = new FleetRig(plane);
  t.after(() => rig.close());
  await create(plane.client, 'Namespace', { metadata: { name: 'shop' } });
  await rig.apply(paths.gatewayClass('postern'), { apiVersion: api, kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: 'postern.dev/gateway-controller' } });
  await rig.apply(paths.gateway('shop/web'), { apiVersion: api, kind: 'Gateway', metadata: { namespace: 'shop', name: 'web' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } });
  await rig.apply(paths.httpRoute('shop/cart'), { apiVersion: api, kind: 'HTTPRoute', metadata: { namespace: 'shop', name: 'cart' }, spec: { parentRefs: [{ name: 'web', sectionName: 'htpp' }], rules: [{ backendRefs: [{ name: 'cart', port: 80 }] }] } });
  const [controlPlane, admin] = [`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`];
  const controller = rig.controller(t, controlPlane, ['--admin', admin]);
  const ask = async <T>(view: string, holds: (value: T) => boolean): Promise<T> => {
    for (;;) {
      const value = await fetch(`http://${admin}/console/api/${view}`).then((it) => it.json() as Promise<T>, () => undefined);
      if (value !== undefined && !(typeof value === 'object' && value !== null && 'problem' in value) && holds(value)) return value;
      assert.ok(!t.signal.aborted, controller.output.join('\n'));
      await sleep(50, undefined, { signal: t.signal });
    }
  };
  const { problems } = await ask<Overview>('overview', (it) => it.problems.rows.some(({ key }) => key === 'httproute/shop/cart'));
  assert.match(problems.rows.find(({ key }) => key === 'httproute/shop/cart')?.cause ?? '', /no listener named htpp/);
  const panel = await ask<ObjectPanel>('object?name=httproute/shop/cart&tries=yes', () => true);
  assert.match(panel.answer.mend, /sectionName of HTTPRoute shop\/cart to http\. Tried: /);
  await rig.until(t, paths.configMap('shop/web-postern'), (it) => it !== undefined);
  await rig.dataPlane(t, 'shop/web', { name: 'web-postern', controlPlane });
  const [followed] = await ask<readonly { readonly gateway: string; readonly state: string }[]>('planes', (it) => it[0]?.state === 'in sync');
  assert.equal(followed?.gateway, 'shop/web');
  // The console is a page of the program's own machine, whatever it is called there.
  assert.equal((await fetch(`http://${admin}/console/`)).status, 200);
});
