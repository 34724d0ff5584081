import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding, SourceObject } from '../contract/index.ts';
import { buildModel } from './build-model.ts';

let line = 0;

/** A document at a line of its own; the place of a field is that line, its column the depth of the path. */
function document(value: object, generation = 1): SourceObject {
  const at = ++line;
  return {
    value,
    generation,
    order: at,
    locate: (path, part) => ({ file: 'web.yaml', line: at, column: path.length * 10 + (part === 'key' ? 1 : 2) }),
    excerpt: (position) => `line ${position.line}`,
  };
}

function route(name: string, spec: object = {}, metadata: object = {}): object {
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { name, ...metadata }, spec };
}

function modelOf(objects: SourceObject[], previous?: ReturnType<typeof buildModel>): ReturnType<typeof buildModel> {
  return buildModel({ objects, findings: [] }, previous);
}

function print(findings: readonly Finding[]): string[] {
  return findings.map((one) => `${one.severity} ${one.code} ${one.position?.line}:${one.position?.column} ${one.message}`);
}

test('sorts objects by kind and key', () => {
  const source = document(route('a', {}, { namespace: 'apps', creationTimestamp: '2026-01-01T00:00:00Z', generation: 7 }), 2);
  const model = modelOf([source, document({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'c' }, spec: { controllerName: 'a.b/c' } })]);
  const modeled = model.objects.HTTPRoute.get('apps/a');
  assert.equal(modeled?.object.spec.rules.length, 1, 'a route without rules has the default one');
  assert.deepEqual({ ...modeled, object: 0, source: 0 }, {
    ref: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'apps', name: 'a' },
    key: 'apps/a', object: 0, generation: 7, created: '2026-01-01T00:00:00Z', source: 0,
  });
  assert.equal(modeled?.source, source);
  assert.equal(model.objects.GatewayClass.get('c')?.created, '');
  assert.deepEqual(model.findings, []);
});

test('a problem becomes a finding with its place and line', () => {
  const source = document(route('a', { hostnames: 'x', rule: [] }));
  const { findings, objects } = modelOf([source]);
  const object = { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default', name: 'a' };
  const at = source.order;
  assert.equal(objects.HTTPRoute.size, 0);
  assert.deepEqual(findings, [
    {
      code: 'schema', severity: 'error', path: ['spec', 'hostnames'], object, position: { file: 'web.yaml', line: at, column: 22 }, excerpt: `line ${at}`,
      message: 'HTTPRoute default/a: spec.hostnames: Invalid value: "x" is a string, a list is due', hint: 'write it as a list: ["x"]', mend: { kind: 'wrap' },
    },
    {
      code: 'unknown-field', severity: 'error', path: ['spec', 'rule'], object, position: { file: 'web.yaml', line: at, column: 21 }, excerpt: `line ${at}`,
      message: 'HTTPRoute default/a: unknown field "spec.rule"', hint: 'did you mean rules?', mend: { kind: 'rename', to: 'rules' },
    },
  ]);
});

test('of two documents for one object the first wins, and both places are named', () => {
  const [first, second] = [document(route('a')), document(route('a', { hostnames: ['b.example.com'] }))];
  const model = modelOf([first, second]);
  assert.equal(model.objects.HTTPRoute.get('default/a')?.source, first);
  assert.deepEqual(print(model.findings), [`error duplicate-object ${second.order}:22 HTTPRoute default/a: defined twice; the first one at web.yaml:${first.order}:22 is used`]);
});

test('counts kinds that it does not read', () => {
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role' };
  assert.deepEqual([...modelOf([document(role), document(role)]).skipped], [['rbac.authorization.k8s.io/v1/Role', 2]]);
});

test('a rejected object keeps its last good content', () => {
  const good = modelOf([document(route('a', { hostnames: ['a.example.com'] })), document(route('b'))]);
  const broken = document(route('a', { hostnames: 'a' }));
  const next = modelOf([broken], good);
  assert.equal(next.objects.HTTPRoute.get('default/a'), good.objects.HTTPRoute.get('default/a'));
  assert.equal(next.objects.HTTPRoute.has('default/b'), false, 'an object that is gone is gone');
  assert.deepEqual(next.findings.map((one) => one.code), ['schema', 'kept-last-good']);
  const still = modelOf([broken], next);
  assert.equal(still.objects.HTTPRoute.get('default/a'), good.objects.HTTPRoute.get('default/a'));
});

test('a good document of the same name goes before the last good content', () => {
  const good = modelOf([document(route('a'))]);
  const other = document(route('a', { hostnames: ['new.example.com'] }));
  const next = modelOf([document(route('a', { hostnames: 'a' })), other], good);
  assert.equal(next.objects.HTTPRoute.get('default/a')?.source, other);
  assert.deepEqual(next.findings.map((one) => one.code), ['schema']);
});

test('a document that did not change gives the same object again', () => {
  const source = document(route('a'));
  assert.equal(modelOf([source]).objects.HTTPRoute.get('default/a'), modelOf([source]).objects.HTTPRoute.get('default/a'));
});

test('namespaces that nobody defines are implied, and all carry their name as a label', () => {
  const model = modelOf([document(route('a', {}, { namespace: 'apps' })), document({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team', labels: { env: 'x', 'kubernetes.io/metadata.name': 'lie' } } })]);
  const labels = [...model.objects.Namespace.values()].map(({ key, object }) => [key, object.metadata.labels]);
  assert.deepEqual(labels, [
    ['team', { env: 'x', 'kubernetes.io/metadata.name': 'team' }],
    ['apps', { 'kubernetes.io/metadata.name': 'apps' }],
  ]);
});

test('passes the findings of the source on', () => {
  const finding: Finding = { code: 'yaml-syntax', severity: 'error', message: 'not YAML' };
  assert.deepEqual(buildModel({ objects: [], findings: [finding] }).findings, [finding]);
});

test('documents that are not in force are kept, but for those whose last good content is', () => {
  const policy = (spec: object): object => ({ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'BackendTLSPolicy', metadata: { name: 'p' }, spec });
  const [broken, good, second] = [document(policy({})), document(route('a')), document(route('a'))];
  const model = modelOf([broken, good, second]);
  assert.deepEqual(model.leftOut, [second, broken]);
  assert.deepEqual(modelOf([document(route('a', { hostnames: 'a' }))], model).leftOut, []);
});
