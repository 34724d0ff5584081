/** Every status that Postern writes fits the status schema of its CRD: an API server would take it as it is. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import type { Graph } from '../../src/attach/index.ts';
import { formatPath } from '../../src/contract/index.ts';
import type { Placement, SourceObject } from '../../src/contract/index.ts';
import { checkAuthorities, checkKeyPair, compile } from '../../src/controller/index.ts';
import { nativeCapabilities } from '../../src/proxy/index.ts';
import { statusDocuments } from '../../src/status/index.ts';
import type { StatusDocument } from '../../src/status/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { shape } from '../../src/api/structure/shape.ts';
import type { Problem } from '../../src/api/problem.ts';
import type { Schema } from '../../src/api/schema.ts';
import { Cluster } from './harness/cluster.ts';
import { suiteTests } from './harness/expectation.ts';
import { baseObjects, controllerName, testObjects } from './harness/suite-objects.ts';

interface CustomResource {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: { readonly properties: { readonly status?: Schema } } } }[];
  };
}

const root = join(import.meta.dirname, '../..');
const schemas = new Map<string, Schema>();
for (const file of globSync('vendor/gateway-api/crds/*.yaml', { cwd: root })) {
  const { spec } = parse(readFileSync(join(root, file), 'utf8')) as CustomResource;
  for (const { name, schema } of spec.versions) {
    const status = schema.openAPIV3Schema.properties.status;
    if (status !== undefined) schemas.set(`${spec.group}/${name} ${spec.names.kind}`, status);
  }
}

/** What an API server would refuse or drop of this status. */
function complaints({ apiVersion, ref, status }: StatusDocument): string[] {
  const name = `${ref.kind} ${ref.namespace}/${ref.name}`;
  const schema = schemas.get(`${apiVersion} ${ref.kind}`);
  if (schema === undefined) return [`${name}: ${apiVersion} has no status`];
  const problems: Problem[] = [];
  shape(schema, JSON.parse(JSON.stringify(status)), { root: schema, isPartial: false, ignored: new Map(), path: [], problems });
  return problems.map(({ path, message }) => `${name}: ${formatPath(path)}: ${message}`);
}

function statusesOf(objects: readonly SourceObject[]): readonly StatusDocument[] {
  const settings = { controllerName, capabilities: nativeCapabilities, adoptForeignClasses: true, checkAuthorities, checkKeyPair };
  const { graph } = compile({ objects, findings: [] }, settings);
  return statusDocuments(graph, { placement: placed(graph), report: { listeners: {} }, now: '2026-01-01T00:00:00Z' });
}

function placed(graph: Graph): Placement {
  return new Map([...graph.gateways.keys()].map((key, index) => [key, { addresses: [{ type: 'IPAddress', value: `127.0.1.${index + 1}` }], ports: new Map() }]));
}

const oneOfUs = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'g' }, spec: { gatewayClassName: 'c', listeners: [{ name: 'a', port: 80, protocol: 'HTTP' }] } };

function plainObjects(...values: readonly object[]): SourceObject[] {
  return values.map((value, order) => ({ value, order, generation: 1, locate: () => undefined, excerpt: () => undefined }));
}

test('the check sees what does not fit', () => {
  const [document] = statusesOf(plainObjects(oneOfUs)).filter(({ ref }) => ref.kind === 'Gateway');
  assert.ok(document !== undefined);
  assert.deepEqual(complaints(document), []);
  const spoilt = JSON.parse(JSON.stringify(document)) as { status: { conditions: { reason: string; message?: string }[]; more?: number } };
  spoilt.status.conditions[0]!.reason = 'not a reason';
  delete spoilt.status.conditions[1]!.message;
  spoilt.status.more = 1;
  const found = complaints(spoilt as unknown as StatusDocument);
  assert.deepEqual(found.map((line) => line.split(': ')[1]).sort(), ['conditions[0].reason', 'conditions[1].message', 'more']);
});

const crowd = Array.from({ length: 40 }, (_, index) => ({ ...oneOfUs, metadata: { name: `g${index}` } }));

test('a route of the most parents, and the longest names in messages', () => {
  const long = (length: number): string => 'n'.repeat(length);
  const parents = crowd.slice(0, 31).map(({ metadata }) => metadata);
  const backendRefs = Array.from({ length: 16 }, (_, index) => ({ name: `${long(60)}${index}`, namespace: long(63), port: 80 }));
  const rules = Array.from({ length: 16 }, () => ({ backendRefs }));
  const route = {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name: `${long(200)}.${long(52)}` },
    spec: { parentRefs: [...parents, { name: long(253), namespace: long(63), sectionName: long(253) }], rules },
  };
  const documents = statusesOf(plainObjects(...crowd, route));
  assert.ok(documents.some(({ ref }) => ref.kind === 'HTTPRoute'));
  assert.deepEqual(documents.flatMap(complaints), []);
});

test('an XBackend and a policy that more Gateways lead to than a status holds', () => {
  const xbackend = {
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackend', metadata: { name: 'x' },
    spec: { type: 'ExternalHostname', externalHostname: { hostname: 'api.example.com' }, port: { number: 443 } },
  };
  const policy = {
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackendTrafficPolicy', metadata: { name: 'p' },
    spec: { targetRefs: [{ group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'x' }, { group: '', kind: 'Service', name: 'missing' }], retryConstraint: {} },
  };
  const routes = crowd.map(({ metadata: { name } }) => ({
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name },
    spec: { parentRefs: [{ name }], rules: [{ backendRefs: [{ group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'x' }] }] },
  }));
  const documents = statusesOf(plainObjects(...crowd, ...routes, xbackend, policy));
  const ancestors = documents.filter(({ ref }) => ref.kind.startsWith('X')).map(({ ref, status }) => [ref.kind, (status['ancestors'] as unknown[]).length]);
  assert.deepEqual(ancestors, [['XBackend', 32], ['XBackendTrafficPolicy', 16]]);
  assert.deepEqual(documents.flatMap(complaints), []);
});

test('the suite', () => {
  let count = 0;
  for (const one of suiteTests()) {
    const documents = statusesOf(new Cluster([...baseObjects(), ...testObjects(one)]).snapshot().objects);
    count += documents.length;
    assert.deepEqual(documents.flatMap(complaints), [], one.name);
  }
  assert.ok(count > 500, `${count} statuses`);
});

for (const folder of ['test/golden', 'test/scenarios/cases', 'test/broken', 'test/behaviour/cases', 'examples', 'vendor/gateway-api/examples']) {
  test(`every manifest of ${folder}`, async () => {
    const files = globSync(`${folder}/**/*.yaml`, { cwd: root }).map((file) => join(root, file));
    assert.ok(files.length > 0);
    for (const file of files) {
      const { objects } = await openFileSource([file]).read();
      assert.deepEqual(statusesOf(objects).flatMap(complaints), [], file);
    }
  });
}
