/** What is installed without Helm is the chart's, and gives the rights that the program needs and no others. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { allCommands } from '../../src/cli/run.ts';
import { fleetObjects } from '../../src/fleet/index.ts';
import { isManifest, permissionsIn, type Manifest } from '../../src/setup/index.ts';
import { watchedResources } from '../../src/source/index.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'deploy/install.yaml'), 'utf8');
const manifests = parseAllDocuments(text).map((it): unknown => it.toJS()).filter(isManifest);
const given = new Set(permissionsIn(manifests).map(({ group, resource, verb }) => `${verb} ${resource}.${group}`));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

function find(kind: string): Manifest {
  const found = manifests.find((it) => it.kind === kind);
  assert.ok(found, kind);
  return found;
}

test('chart, program and image are of one version', () => {
  const chart = readFileSync(join(root, 'deploy/chart/postern/Chart.yaml'), 'utf8');
  assert.match(chart, new RegExp(`^version: ${version}$`, 'm'));
  assert.match(chart, new RegExp(`^appVersion: ${version}$`, 'm'));
  assert.ok(text.includes(`image: "postern:${version}"`));
});

test('all that is watched may be read', () => {
  const missing = watchedResources.flatMap(({ group, plural }) => ['get', 'list', 'watch'].map((verb) => `${verb} ${plural}.${group}`)).filter((it) => !given.has(it));
  assert.deepEqual(missing, []);
});

test('statuses may be written, and nothing else of the Gateway API', () => {
  const written = [...given].filter((it) => it.includes('gateway.networking') && !/^(get|list|watch) /.test(it));
  assert.deepEqual(written.filter((it) => !it.startsWith('patch ') || !it.includes('/status.')), []);
  for (const kind of ['gatewayclasses', 'gateways', 'listenersets', 'httproutes', 'grpcroutes', 'tlsroutes', 'tcproutes', 'udproutes', 'backendtlspolicies']) {
    assert.ok(written.includes(`patch ${kind}/status.gateway.networking.k8s.io`), kind);
  }
});

test('no right is over everything, and Secrets are never written in other namespaces', () => {
  assert.deepEqual([...given].filter((it) => it.includes('*')), []);
  assert.deepEqual([...given].filter((it) => it.includes(' secrets.') && !/^(get|list|watch) /.test(it)), []);
});

test('of the Secrets in its own namespace the controller writes the certificate of the control plane alone', () => {
  const rules = manifests.filter((it) => it.kind === 'Role').flatMap((it) => it['rules'] as { resources: string[]; resourceNames?: string[]; verbs: string[] }[]);
  const written = rules.filter((it) => it.resources.includes('secrets'));
  assert.deepEqual(written.map((it) => [it.resourceNames ?? [], it.verbs]), [[[], ['create']], [['postern-control-plane'], ['get', 'list', 'watch', 'update']]]);
  assert.ok(text.includes('--certificate=postern-system/postern-control-plane'));
});

test('what a Gateway gets may be made', () => {
  const gateway = { namespace: 'a', name: 'b', uid: 'c', className: 'd', ports: [{ port: 80, transport: 'TCP' as const }], labels: {}, annotations: {} };
  const objects = fleetObjects(gateway, { image: 'i', controlPlane: 'h:1', replicas: 2, serviceType: 'ClusterIP', authority: '' } as Parameters<typeof fleetObjects>[1]);
  for (const { apiVersion, kind } of objects) {
    const group = apiVersion.includes('/') ? apiVersion.split('/')[0]! : '';
    for (const verb of ['create', 'patch']) assert.ok(given.has(`${verb} ${kind.toLowerCase()}s.${group}`), `${verb} ${kind}`);
  }
});

test('the controller is started with options that it has', async () => {
  const { spec } = find('Deployment') as unknown as { spec: { template: { spec: { containers: { args: string[] }[] } } } };
  const [name, ...options] = spec.template.spec.containers[0]!.args;
  const command = (await allCommands()).find((it) => it.name === name);
  for (const option of options) assert.ok(Object.hasOwn(command!.options, /^--([a-z-]+)=/.exec(option)![1]!), option);
});

test('the controller runs as nobody, without a right on its node', () => {
  const { spec: { template: { spec } } } = find('Deployment') as unknown as { spec: { template: { spec: { securityContext: unknown; containers: { securityContext: unknown }[] } } } };
  assert.deepEqual(spec.securityContext, { runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' } });
  assert.deepEqual(spec.containers[0]!.securityContext, { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
});

test('a class is there, and the Gateway API is not', () => {
  assert.deepEqual(find('GatewayClass')['spec'], { controllerName: 'postern.dev/gateway-controller' });
  assert.deepEqual(manifests.filter((it) => it.kind === 'CustomResourceDefinition' && !it.metadata.name.endsWith('.postern.dev')), []);
});

test('the dashboard asks for metrics that there are', () => {
  const dashboard = readFileSync(join(root, 'deploy/chart/postern/dashboards/postern.json'), 'utf8');
  const known = new Set([...readFileSync(join(root, 'docs/telemetry.md'), 'utf8').matchAll(/^\| `([a-z_]+)` \| (?:counter|gauge|histogram) \|/gm)].map(([, name]) => name));
  const asked = new Set([...dashboard.matchAll(/\b(?:postern|process|nodejs)_[a-z_]+/g)].map(([name]) => name.replace(/_bucket$/, '')));
  assert.ok(asked.size > 15);
  assert.deepEqual([...asked].filter((it) => !known.has(it)), []);
  assert.ok(Array.isArray((JSON.parse(dashboard) as { panels: unknown }).panels));
});
