import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mapBackends, parseBackendFlag, parseBackendList, type BackendMapping, type MappedModel } from './backend-map.ts';
import { syntheticObject } from './synthetic-object.ts';

test('a flag names the Service, its port and where they lead', () => {
  assert.deepEqual(parseBackendFlag('shop/web:80=127.0.0.1:3000'), {
    ok: true, value: { namespace: 'shop', service: 'web', port: 80, to: [{ host: '127.0.0.1', port: 3000 }] },
  });
  assert.deepEqual(parseBackendFlag('web:80=localhost:3000,[::1]:3001'), {
    ok: true, value: { namespace: 'default', service: 'web', port: 80, to: [{ host: '127.0.0.1', port: 3000 }, { host: '::1', port: 3001 }] },
  });
});

for (const [text, words] of [
  ['web:80', /no "="/],
  ['web=127.0.0.1:1', /no port of the Service/],
  ['a/b/c:80=127.0.0.1:1', /no NAMESPACE\/SERVICE/],
  ['web:http=127.0.0.1:1', /"http" is no port number/],
  ['web:80=127.0.0.1', /"127\.0\.0\.1" is no HOST:PORT/],
  ['web:80=127.0.0.1:70000', /no HOST:PORT/],
] as const) {
  test(`the flag ${text} is refused with its reason`, () => {
    const parsed = parseBackendFlag(text);
    assert.ok(!parsed.ok);
    assert.match(parsed.problem, words);
  });
}

test('a list of a file is read, and its wrong entry is named', () => {
  assert.deepEqual(parseBackendList([{ service: 'web', port: 80, to: '127.0.0.1:1' }]), {
    ok: true, value: [{ namespace: 'default', service: 'web', port: 80, to: [{ host: '127.0.0.1', port: 1 }] }],
  });
  const parsed = parseBackendList([{ service: 'web', port: 80, to: ['127.0.0.1:1'] }, { service: 'web', port: 81 }]);
  assert.deepEqual(parsed, { ok: false, problem: 'entry 2: to is missing, for example "to: [127.0.0.1:3000]"' });
});

const spec = { ports: [{ name: 'http', port: 80 }, { name: 'admin', port: 81 }] };
const model = {
  objects: { Service: new Map([['default/web', { object: { metadata: {}, spec } }]]) },
} as unknown as MappedModel;
const mapping: BackendMapping = { namespace: 'default', service: 'web', port: 80, to: [{ host: '127.0.0.1', port: 3000 }] };

test('a mapped port replaces its endpoints of the files and leaves the others', () => {
  const slice = { kind: 'EndpointSlice', metadata: { name: 's', labels: { 'kubernetes.io/service-name': 'web' } }, ports: [{ name: 'http', port: 1 }, { name: 'admin', port: 2 }] };
  const { objects, findings } = mapBackends([syntheticObject(slice)], model, [mapping]);
  assert.deepEqual(findings, []);
  assert.deepEqual(objects.map((object) => (object.value as typeof slice).ports), [[{ name: 'admin', port: 2 }], [{ name: 'http', port: 3000, protocol: 'TCP' }]]);
});

test('a mapping of a Service or port that is not there says what is', () => {
  const { findings } = mapBackends([], model, [{ ...mapping, port: 8080 }, { ...mapping, service: 'wep' }]);
  assert.deepEqual(findings.map((finding) => finding.hint), ['its ports are: 80, 81', 'the Services are: default/web']);
});
