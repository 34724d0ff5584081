import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { compile, type Compiled } from '../controller/index.ts';
import type { Snapshot } from '../contract/index.ts';
import { buildModel } from '../model/index.ts';
import type { BackendMapping } from './backend-map.ts';
import { DemoBackends } from './demo/index.ts';
import { LocalBackends } from './local-backends.ts';
import { nativeSettings } from './settings.ts';
import { syntheticObject } from './synthetic-object.ts';

const manifests: readonly unknown[] = [
  { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'gw' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } },
  {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: 'r' },
    spec: { parentRefs: [{ name: 'gw' }], rules: [{ backendRefs: [{ group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'web' }] }] },
  },
  {
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackend', metadata: { name: 'web' },
    spec: { type: 'EndpointSelector', endpointSelector: { matchLabels: { app: 'web' } }, port: { number: 8080 } },
  },
  {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' },
    spec: { replicas: 2, selector: { matchLabels: { app: 'web' } }, template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'c' }] } } },
  },
];
const mapping: BackendMapping = { namespace: 'default', service: 'web', port: 8080, to: [{ host: '127.0.0.1', port: 3000 }] };

async function compiled(t: TestContext, mappings: readonly BackendMapping[], demo?: DemoBackends): Promise<Compiled> {
  const backends = new LocalBackends(mappings, demo);
  t.after(() => backends.close());
  const snapshot: Snapshot = { objects: manifests.map((it) => syntheticObject(it)), findings: [] };
  return compile(await backends.complete(snapshot, buildModel(snapshot)), nativeSettings({ strict: false }));
}

function endpointsOf({ graph }: Compiled): readonly { readonly address: string; readonly port: number; readonly name?: string }[] {
  return graph.backends.get('xbackend/default/web')?.endpoints ?? [];
}

test('a mapping leads an XBackend to a process', async (t) => {
  const result = await compiled(t, [mapping]);
  assert.deepEqual(result.findings.filter(({ code }) => code === 'dangling-target'), []);
  assert.deepEqual(endpointsOf(result).map(({ address, port }) => `${address}:${port}`), ['127.0.0.1:3000']);
});

test('a mapping to a port that the XBackend does not have is told', async (t) => {
  const { findings } = await compiled(t, [{ ...mapping, port: 80 }]);
  const [finding] = findings.filter(({ code }) => code === 'dangling-target');
  assert.match(finding?.message ?? '', /--backend default\/web:80 names a port/);
});

test('the demo answers for the pods that an XBackend selects, unless they are mapped', async (t) => {
  const demo = await compiled(t, [], new DemoBackends());
  assert.deepEqual(endpointsOf(demo).map(({ name }) => name?.startsWith('web-')), [true, true]);
  assert.deepEqual(endpointsOf(await compiled(t, [mapping], new DemoBackends())).map(({ port }) => port), [3000]);
});

test('without either, nothing is made up', async (t) => {
  const { model } = await compiled(t, []);
  assert.equal(model.objects.Service.size, 0);
});
