import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Ajv } from 'ajv';
import { parseAllDocuments } from 'yaml';
import { shippedSchema } from './commands/schema.ts';

const root = join(import.meta.dirname, '../..');
const text = await shippedSchema();
const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(JSON.parse(text) as object);

function complaints(value: unknown): string[] {
  validate(value);
  return (validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(({ instancePath, message = '', params }) => `${instancePath} ${message} ${Object.values(params as object).filter((it) => typeof it === 'string').join(' ')}`.trim());
}

const api = 'gateway.networking.k8s.io/v1';
const route = (spec: object, apiVersion = api, kind = 'HTTPRoute'): object => ({ apiVersion, kind, metadata: { name: 'r' }, spec });

test('the file in the repository is what the definitions say', () => {
  assert.ok(readFileSync(join(root, 'deploy/editor/gateway-api.schema.json'), 'utf8') === text, 'run: node scripts/editor-schema.ts');
});

test('manifests that are right pass, and those of other kinds', () => {
  let checked = 0;
  for (const file of [...globSync('examples/**/*.yaml', { cwd: root }), ...globSync('test/conformance/suite/tests/*.yaml', { cwd: root })]) {
    if (/invalid/i.test(file)) continue;
    for (const document of parseAllDocuments(readFileSync(join(root, file), 'utf8').replaceAll(/\{GATEWAY[A-Z_]+\}/g, 'postern.dev/controller'))) {
      const value = document.toJS() as { readonly kind?: string } | null;
      if (value?.kind === undefined) continue;
      checked++;
      assert.deepEqual(complaints(value), [], `${file}: ${value.kind}`);
    }
  }
  assert.ok(checked > 300, `${checked} documents`);
});

test('slips are found where they are', () => {
  assert.deepEqual(complaints(route({ hostname: 'a' })), ['/spec must NOT have additional properties hostname']);
  assert.deepEqual(complaints(route({ rules: [{ backendRefs: [{ name: 's', port: '80' }] }] })), ['/spec/rules/0/backendRefs/0/port must be integer integer']);
  assert.deepEqual(complaints(route({ rules: [{ matches: [{ path: { type: 'Prefix' } }] }] })), ['/spec/rules/0/matches/0/path/type must be equal to one of the allowed values']);
  assert.deepEqual(complaints(route({}, 'gateway.networking.k8s.io/v1alpha2', 'Gateway')).map((it) => it.split(' ')[0]), ['/apiVersion']);
  assert.deepEqual(complaints(route({}, api, 'HttpRoute')).map((it) => it.split(' ')[0]), ['/kind']);
  assert.deepEqual(complaints({ apiVersion: api, kind: 'Gateway', metadata: { name: 'g' } }), ["must have required property 'spec' spec"]);
  assert.deepEqual(complaints({ apiVersion: 'postern.dev/v1alpha1', kind: 'GatewayParameters', metadata: { name: 'p' }, spec: { whatever: 1 } }), ['/spec must NOT have additional properties whatever']);
  const routeTest = (expect: object): object => ({ apiVersion: 'postern.dev/v1alpha1', kind: 'RouteTest', metadata: { name: 't' }, spec: { cases: [{ name: 'c', request: 'http://a.example/', expect }] } });
  assert.deepEqual(complaints(routeTest({ backend: 'cart' })), []);
  assert.deepEqual(complaints(routeTest({ bakend: 'cart' })), ['/spec/cases/0/expect must NOT have additional properties bakend']);
  assert.deepEqual(complaints(route({}, 'apps/v1', 'Deployment')), []);
});

test('editors have something to show', () => {
  const { definitions } = JSON.parse(text) as { definitions: Record<string, { properties: { spec: { properties: Record<string, { description?: string }> } } }> };
  assert.match(definitions['gateway.networking.k8s.io.HTTPRoute.v1']?.properties.spec.properties['hostnames']?.description ?? '', /Host header/);
});
