import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { envoyFiles } from './envoy-container.ts';
import type { FleetGateway, FleetObject, FleetParameters, FleetSettings } from './fleet-gateway.ts';
import { fleetObjects } from './fleet-objects.ts';

const settings: FleetSettings = {
  controllerName: 'postern.dev/envoy-gateway-controller', image: 'envoy:test', controlPlane: 'postern.postern-system.svc:18000', replicas: 2, serviceType: 'LoadBalancer', authority: 'CA', envoy: { bootstrap: '{}' },
};

interface Deployment {
  readonly template: {
    readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
    readonly spec: { readonly terminationGracePeriodSeconds: number; readonly containers: readonly [{ readonly image: string; readonly args: readonly string[]; readonly lifecycle: object }]; readonly volumes: readonly { readonly name: string }[] };
  };
}

function made(parameters: FleetParameters = {}, more: Partial<FleetSettings> = {}): { readonly data: Readonly<Record<string, string>>; readonly pod: Deployment['template'] } {
  const gateway: FleetGateway = { namespace: 'shop', name: 'web', uid: 'u', className: 'postern-envoy', ports: [{ port: 80, transport: 'TCP' }], labels: {}, annotations: {}, parameters };
  const objects = fleetObjects(gateway, { ...settings, ...more });
  const find = (kind: string): FleetObject => objects.find((it) => it.kind === kind)!;
  return { data: find('ConfigMap')['data'] as Readonly<Record<string, string>>, pod: (find('Deployment')['spec'] as Deployment).template };
}

test('a pod of an Envoy begins with the files of its ConfigMap, under its own name', () => {
  const { data, pod } = made();
  assert.deepEqual(Object.keys(data).sort(), ['bootstrap.json', 'ca.crt', 'drain.sh']);
  const [{ image, args }] = pod.spec.containers;
  assert.equal(image, 'envoy:test');
  assert.deepEqual(args.slice(0, 4), ['-c', '/run/postern/authority/bootstrap.json', '--service-node', 'shop/web#$(POD_NAME)']);
  assert.deepEqual(pod.spec.volumes.map((it) => it.name), ['authority', 'identity']);
});

test('parameters hold for Envoys too', () => {
  const { pod } = made({ proxy: { image: 'own:1', workers: 7 }, shutdown: { delaySeconds: 1, drainSeconds: 2 } });
  const [{ image, args, lifecycle }] = pod.spec.containers;
  assert.equal(image, 'own:1');
  assert.equal(args[args.indexOf('--concurrency') + 1], '7');
  assert.match(JSON.stringify(lifecycle), /"1","2"/);
  assert.equal(pod.spec.terminationGracePeriodSeconds, 13);
});

test('pods are replaced when what they begin with changes, and not otherwise', () => {
  const marks = [made(), made({}, { replicas: 3 }), made({}, { authority: 'OTHER' }), made({}, { envoy: { bootstrap: '{"a":1}' } })].map(({ pod }) => pod.metadata.annotations['postern.dev/files']);
  assert.equal(marks[0], marks[1]);
  assert.equal(new Set(marks).size, 3);
});

test('the script that drains is one that bash reads', (t) => {
  const { error, status, stderr } = spawnSync('bash', ['-n'], { input: envoyFiles({ bootstrap: '{}' })['drain.sh']!, encoding: 'utf8' });
  if (error !== undefined) return t.skip('no bash');
  assert.equal(status, 0, stderr);
});
