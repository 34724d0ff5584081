import assert from 'node:assert/strict';
import { test } from 'node:test';
import { exposition } from '../admin/index.ts';
import type { AttachSettings } from '../attach/index.ts';
import type { Applied, DataPlaneState } from '../controller/index.ts';
import { ControllerAdmin, type ClassRecord } from './controller-admin.ts';
import type { Arguments } from './command.ts';

function applied(statuses: object[]): Applied {
  return { revision: 3, ir: {}, findings: [], statuses } as unknown as Applied;
}

/** Goes on with one class. */
function followed(admin: ControllerAdmin, dataPlanes: readonly DataPlaneState[] = []): ClassRecord {
  return admin.follow({ settings: () => ({}) as AttachSettings, dataPlanes: () => dataPlanes });
}

function document(kind: string, status: object): object {
  return { apiVersion: 'gateway.networking.k8s.io/v1', ref: { kind, namespace: 'a', name: 'b' }, generation: 1, status };
}

const yes = { type: 'Accepted', status: 'True' };
const no = { type: 'Accepted', status: 'False' };

async function metricsOf(admin: ControllerAdmin): Promise<string> {
  return exposition(await admin.metrics(), 'prometheus');
}

test('a controller is ready once it has a configuration, and not any more at its end', () => {
  const admin = new ControllerAdmin();
  const [first, second] = [followed(admin), followed(admin)];
  assert.equal(admin.readiness(), 'starting');
  first.applied(applied([]));
  assert.equal(admin.readiness(), 'starting', 'each class has to have one');
  second.applied(applied([]));
  assert.equal(admin.readiness(), 'ready');
  admin.drain();
  assert.equal(admin.readiness(), 'draining');
});

test('objects are counted by whether a controller accepts them, routes by whether one parent does', async () => {
  const admin = new ControllerAdmin();
  followed(admin).applied(applied([
    document('GatewayClass', { conditions: [yes] }), document('Gateway', { conditions: [yes] }), document('Gateway', { conditions: [no] }),
    document('HTTPRoute', { parents: [{ conditions: [no] }, { conditions: [yes] }] }), document('HTTPRoute', { parents: [{ conditions: [no] }] }),
  ]));
  const text = await metricsOf(admin);
  for (const kind of ['Gateway', 'HTTPRoute']) for (const accepted of ['true', 'false']) assert.ok(text.includes(`postern_config_objects{kind="${kind}",accepted="${accepted}"} 1\n`), text);
  assert.ok(!text.includes('GatewayClass'));
});

test('it tells whether it leads, and how many data planes have what', async () => {
  const admin = new ControllerAdmin();
  admin.leads = false;
  followed(admin, [{ gateway: 'a/b', name: 'p', state: 'in sync' }]);
  followed(admin, [{ gateway: 'a/b', name: 'q', state: 'refused', message: 'no' }]);
  const text = await metricsOf(admin);
  for (const line of ['postern_leader 0', 'postern_data_planes{state="in sync"} 1', 'postern_data_planes{state="behind"} 0', 'postern_data_planes{state="refused"} 1']) assert.ok(text.includes(`${line}\n`), text);
  assert.equal(admin.dataPlanes().length, 2);
});

test('it answers where --admin says, and nowhere without', async () => {
  const place: Arguments = { positionals: [], on: () => false, value: (name) => (name === 'admin' ? '127.0.0.1:0' : undefined), values: () => [] };
  const admin = new ControllerAdmin();
  const record = followed(admin);
  await admin.open({ ...place, value: () => undefined });
  assert.equal(admin.place, undefined);
  await admin.open(place);
  const at = `http://127.0.0.1:${admin.place!.port}`;
  assert.equal((await fetch(`${at}/readyz`)).status, 503);
  record.applied(applied([]));
  assert.equal((await fetch(`${at}/readyz`)).status, 200);
  assert.deepEqual(await (await fetch(`${at}/data-planes`)).json(), []);
  await admin.close();
  await assert.rejects(fetch(`${at}/readyz`));
});
