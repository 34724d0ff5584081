import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isManifest, settle, type Manifest } from './manifests.ts';
import { permissionsIn } from './permissions.ts';

const deployment: Manifest = {
  apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'postern', namespace: 'postern-system' },
  spec: { containers: [{ image: 'postern:0.1.0', args: ['--proxy-image=postern:0.1.0', '--control-plane=postern.postern-system.svc:18000'] }] },
};
const definition: Manifest = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', metadata: { name: 'x' }, description: 'such as postern-system' };
const namespace: Manifest = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'postern-system' } };
const role: Manifest = {
  apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'x' },
  rules: [{ apiGroups: ['gateway.networking.k8s.io'], resources: ['gatewayclasses', 'gateways'], verbs: ['get', 'list'] }],
};

test('another namespace and image are put in wherever they are named, and definitions stay as they are', () => {
  const image = { from: 'postern:0.1.0', to: 'registry.example/postern-system/p:2' };
  const [first, second, third] = settle([deployment, definition, namespace], { namespace: { from: 'postern-system', to: 'edge' }, image });
  assert.deepEqual([first!.kind, second!.kind, third!.kind], ['Namespace', 'CustomResourceDefinition', 'Deployment']);
  assert.equal(first!.metadata.name, 'edge');
  assert.deepEqual(second, definition);
  assert.deepEqual(third, {
    apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'postern', namespace: 'edge' },
    spec: { containers: [{ image: image.to, args: [`--proxy-image=${image.to}`, '--control-plane=postern.edge.svc:18000'] }] },
  });
});

test('where nothing else is wanted, nothing changes', () => {
  const same = { from: 'postern:0.1.0', to: 'postern:0.1.0' };
  assert.deepEqual(settle([deployment], { namespace: { from: 'postern-system', to: 'postern-system' }, image: same }), [deployment]);
});

test('what is no object is no manifest', () => {
  for (const odd of [null, 'text', {}, { apiVersion: 'v1', kind: 'List', items: [] }]) assert.equal(isManifest(odd), false);
  assert.equal(isManifest(namespace), true);
});

test('a permission over one object names it', () => {
  const named = { ...role, rules: [{ apiGroups: ['a'], resources: ['b'], resourceNames: ['c', 'd'], verbs: ['get'] }] };
  assert.deepEqual(permissionsIn([named]), [{ group: 'a', resource: 'b', verb: 'get', name: 'c' }, { group: 'a', resource: 'b', verb: 'get', name: 'd' }]);
});

test('permissions are one for each verb and resource, and in listed namespaces where objects are in namespaces', () => {
  assert.equal(permissionsIn([deployment, role]).length, 4);
  const listed = permissionsIn([role], ['a', 'b']);
  assert.deepEqual(listed.filter((it) => it.resource === 'gatewayclasses').map((it) => it.namespace), [undefined, undefined]);
  assert.deepEqual(listed.filter((it) => it.resource === 'gateways' && it.verb === 'get').map((it) => it.namespace), ['a', 'b']);
});
