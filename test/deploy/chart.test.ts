/** The chart, rendered by the real Helm. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { findHelm } from '../../scripts/chart/helm.ts';
import { isManifest, type Manifest } from '../../src/setup/index.ts';

const chart = join(resolve(import.meta.dirname, '../..'), 'deploy/chart/postern');
const helm = findHelm();
const options = helm === undefined ? { skip: 'no Helm: npm run cluster -- build helm (needs Go), or name one with $HELM' } : {};

interface Rendered {
  readonly status: number;
  readonly stderr: string;
  readonly manifests: readonly Manifest[];
}

/** What the chart gives with these values, as `--set` takes them. */
function render(sets: readonly string[], more: readonly string[] = []): Rendered {
  const args = ['template', 'web', chart, '--namespace', 'edge', '--kube-version', '1.36.0', ...sets.flatMap((it) => ['--set', it]), ...more];
  const { status, stdout, stderr } = spawnSync(helm!, args, { encoding: 'utf8', maxBuffer: 1 << 26 });
  return { status: status ?? 1, stderr, manifests: parseAllDocuments(stdout).map((it): unknown => it.toJS()).filter(isManifest) };
}

function manifestsOf(sets: readonly string[], more?: readonly string[]): readonly Manifest[] {
  const { status, stderr, manifests } = render(sets, more);
  assert.equal(status, 0, stderr);
  return manifests;
}

function only(manifests: readonly Manifest[], kind: string): Manifest {
  const found = manifests.filter((it) => it.kind === kind);
  assert.equal(found.length, 1, `${found.length} of ${kind}`);
  return found[0]!;
}

interface Container {
  readonly image: string;
  readonly args: readonly string[];
}

function container(manifests: readonly Manifest[]): Container {
  const { spec } = only(manifests, 'Deployment') as unknown as { readonly spec: { readonly template: { readonly spec: { readonly containers: readonly Container[] } } } };
  return spec.template.spec.containers[0]!;
}

test('helm lint has nothing to say', options, () => {
  const { status, stdout, stderr } = spawnSync(helm!, ['lint', '--strict', chart], { encoding: 'utf8' });
  assert.equal(status, 0, stdout + stderr);
});

test('names come from the release, and images from registry, tag and digest', options, () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  const { image, args } = container(manifestsOf(['image.registry=registry.example', 'image.tag=v9', `proxy.image.repository=p`, `proxy.image.digest=${digest}`]));
  assert.equal(image, 'registry.example/postern:v9');
  assert.ok(args.includes(`--proxy-image=p@${digest}`), args.join(' '));
  assert.ok(args.includes('--control-plane=web-postern.edge.svc:18000'));
  assert.ok(args.includes('--lease=edge/web-postern'));
});

test('a controller can listen on IPv6', options, () => {
  const { args } = container(manifestsOf(['listenAddress=::']));
  for (const option of ['--listen=[::]:18000', '--admin=[::]:8081']) assert.ok(args.includes(option), args.join(' '));
});

test('with listed namespaces all rights but those over objects without one are in them', options, () => {
  const manifests = manifestsOf(['watchNamespaces={a,b}']);
  assert.ok(container(manifests).args.includes('--namespaces=a,b'));
  const rules = JSON.stringify(only(manifests, 'ClusterRole')['rules']);
  for (const word of ['secrets', 'services', 'deployments', 'httproutes']) assert.ok(!rules.includes(word), word);
  const roles = manifests.filter((it) => it.kind === 'Role' && it.metadata.name === 'web-postern-edge');
  assert.deepEqual(roles.map((it) => it.metadata.namespace), ['a', 'b']);
  for (const role of roles) assert.ok(JSON.stringify(role['rules']).includes('secrets'));
});

test('one controller needs neither a budget nor a Lease', options, () => {
  const manifests = manifestsOf(['replicas=1', 'leaderElection.enable=false']);
  assert.equal(manifests.filter((it) => it.kind === 'PodDisruptionBudget').length, 0);
  assert.ok(!container(manifests).args.some((it) => it.startsWith('--lease')));
});

test('monitoring and network policies are there when asked for', options, () => {
  const kinds = (sets: readonly string[]): string[] => manifestsOf(sets).map((it) => it.kind);
  for (const kind of ['ServiceMonitor', 'PodMonitor', 'NetworkPolicy']) {
    assert.ok(!kinds([]).includes(kind), kind);
    assert.ok(kinds(['monitoring.enabled=true', 'networkPolicy.enabled=true']).includes(kind), kind);
  }
  const dashboard = only(manifestsOf(['monitoring.enabled=true']), 'ConfigMap') as unknown as { data: Record<string, string> };
  assert.equal((JSON.parse(dashboard.data['postern.json']!) as { title: string }).title, 'Postern');
});

test('the Gateway API comes along only when asked for, and Postern\'s own kinds stay when the release goes', options, () => {
  const definitions = (sets: readonly string[]): Manifest[] => manifestsOf(sets, ['--include-crds']).filter((it) => it.kind === 'CustomResourceDefinition');
  assert.deepEqual(definitions([]).map((it) => it.metadata.name), ['gatewayparameters.postern.dev']);
  assert.equal(definitions([])[0]!.metadata.annotations?.['helm.sh/resource-policy'], 'keep');
  assert.deepEqual(definitions(['crds.install=false']), []);
  assert.equal(definitions(['gatewayAPI.install=true']).filter((it) => it.metadata.name.includes('gateway.networking.')).length, 14);
});

const wrong: readonly (readonly [set: string, says: RegExp])[] = [
  ['proxy.serviceType=External', /serviceType/],
  ['replica=3', /replica/],
  ['watchNamespaces={Bad_Name}', /watchNamespaces/],
  ['controllerName=postern', /controllerName/],
  ['leaderElection.enable=false', /leaderElection/],
  ['image.digest=latest', /digest/],
];

for (const [set, says] of wrong) {
  test(`the chart refuses ${set}`, options, () => {
    const { status, stderr } = render([set]);
    assert.notEqual(status, 0);
    assert.match(stderr, says);
  });
}
