/** The harness itself: its checks fail where they must, and its echo backend answers as the suite's. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';
import { X509Certificate } from 'node:crypto';
import { selfSigned } from '../harness/certificates.ts';
import { Cluster } from './harness/cluster.ts';
import { echoPod } from './harness/echo-pod.ts';
import type { TrafficCase } from './harness/expectation.ts';
import type { AnyStatus, World } from './harness/status-check.ts';
import { failures } from './harness/status-check.ts';
import type { Door } from './harness/traffic.ts';
import { trafficFailures } from './harness/traffic.ts';

const pod = echoPod({ namespace: 'gateway-conformance-infra', name: 'infra-backend-v1-abc-1' });
let door: Door;

before(async () => {
  await once(pod.listen(0, '127.0.0.1'), 'listening');
  const { port } = pod.address() as AddressInfo;
  door = { address: '127.0.0.1', port, knownAddress: '127.0.0.1', knownPort: 80 };
});

after(() => {
  pod.close();
  pod.closeAllConnections();
});

function problems(one: Partial<TrafficCase>): Promise<string[]> {
  return trafficFailures({ to: 'web', request: { path: '/a?b=c' }, expect: {}, ...one }, door);
}

test('a request that the backend sees unchanged passes', async () => {
  const request = { path: '/a?b=c', host: 'example.org', method: 'POST', headers: { 'X-One': '1' } };
  assert.deepEqual(await problems({ request, expect: { backend: 'infra-backend-v1' } }), []);
  assert.deepEqual(await problems({ backendSets: { 'X-Two': '2' }, expect: { headers: { 'x-two': '2' }, absent: ['x-three'] } }), []);
});

test('each thing that differs is told', async () => {
  assert.deepEqual(await problems({ expect: { status: 404 } }), ['status 404, got 200']);
  assert.deepEqual(await problems({ expect: { backend: 'infra-backend-v2' } }), ['a pod of infra-backend-v2, got infra-backend-v1-abc-1']);
  assert.deepEqual(await problems({ expect: { namespace: 'other' } }), ['namespace other, got gateway-conformance-infra']);
  assert.deepEqual(await problems({ expect: { seen: { path: '/', host: 'x', headers: { A: 'b' }, absent: ['X-Echo-Set-Header'] } } }), [
    'host x, got 127.0.0.1', 'path /, got /a?b=c', 'request header A: b, got none', 'no request header X-Echo-Set-Header, got ',
  ]);
  assert.deepEqual(await problems({ backendSets: { A: 'b' }, expect: { headers: { A: 'c' }, absent: ['a'] } }), [
    'response header A: c, got b', 'no response header a, got b',
  ]);
  assert.deepEqual(await problems({ repeat: 3, expect: { shares: { 'infra-backend-v1': 0.5, 'infra-backend-v2': 0.5 } } }), [
    '0.5 of the requests at infra-backend-v1, got 1', '0.5 of the requests at infra-backend-v2, got 0',
  ]);
  assert.deepEqual(await problems({ repeat: 1, request: { path: '/', headers: { Backend: 'other' } }, expect: { podNamedBy: 'Backend' } }), [
    'one header Backend that begins infra-backend-v1-abc-1, got other',
  ]);
});

test('a redirect is compared part by part', async () => {
  const location = 'https://example.org:8443/b';
  const redirecting = createServer((_, response) => response.writeHead(302, { Location: location }).end());
  await once(redirecting.listen(0, '127.0.0.1'), 'listening');
  const { port } = redirecting.address() as AddressInfo;
  const found = (wanted: TrafficCase['expect']['location']): Promise<string[]> =>
    trafficFailures({ to: 'web', request: { path: '/b' }, expect: { status: 302, location: wanted ?? {} } }, { ...door, port });
  assert.deepEqual(await found({ scheme: 'https', host: 'example.org', port: '8443' }), []);
  assert.deepEqual(await found({ host: 'example.com', path: '/c' }), [
    'scheme http, got https', 'host example.com, got example.org', 'port , got 8443', 'path /c, got /b',
  ].map((problem) => `Location with ${problem} in ${location}`));
  redirecting.close();
});

test('a case that the harness cannot judge is refused', async () => {
  await assert.rejects(problems({ expect: { sooner: {} } as TrafficCase['expect'] }), /expect\.sooner/);
});

test('the echo backend waits when asked, and echoes WebSocket messages', async () => {
  assert.deepEqual(await problems({ request: { path: '/?delay=1ms' } }), []);
  assert.deepEqual(await problems({ request: { path: '/ws' }, websocket: ['text', [1, 2, 3]] }), []);
});

const good = [{ type: 'Accepted', status: 'True', reason: 'Accepted', observedGeneration: 2 }];
const statuses: { [ref: string]: AnyStatus } = {
  'Gateway gateway-conformance-infra/web': {
    conditions: good, addresses: [{ type: 'IPAddress', value: '127.0.0.1' }], attachedListenerSets: 1,
    listeners: [{ name: 'http', attachedRoutes: 1, supportedKinds: [{ kind: 'HTTPRoute' }], conditions: good }],
  },
  'HTTPRoute gateway-conformance-infra/route': {
    parents: [{ parentRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'web' }, controllerName: 'us', conditions: good }],
  },
};
const around: World = {
  controllerName: 'us', status: (kind, key) => statuses[`${kind} ${key}`] ?? {}, generation: () => 2, awaitedGateways: () => ['gateway-conformance-infra/web'],
};

test('status checks that hold say nothing', () => {
  const holding = [
    { current: 'Gateway web' }, { current: 'HTTPRoute route' }, { conditions: { of: 'Gateway web', have: { Accepted: 'True' } } },
    { address: 'web' }, { addresses: { of: 'web', exactly: ['127.0.0.1'] } }, { attachedListenerSets: { of: 'web', count: 1 } },
    { listeners: { of: 'Gateway web', exactly: [{ name: 'http', kinds: ['HTTPRoute'], attachedRoutes: 1, have: { Accepted: '*' } }] } },
    { parentConditions: { of: 'HTTPRoute route', parent: 'web', have: { Accepted: 'True/Accepted' } } },
    { parents: { of: 'HTTPRoute route', namespaceRequired: false, include: [{ parentRef: { name: 'web', namespace: 'any' }, have: {} }] } },
    { zeroRoutes: 'other' }, { noAcceptedParent: 'HTTPRoute other' },
  ];
  for (const check of holding) assert.deepEqual(failures(around, check), [], JSON.stringify(check));
});

test('status checks that do not hold say what is there', () => {
  const failing = [
    { ready: ['gateway-conformance-infra'] }, { current: 'Gateway other' }, { conditions: { of: 'Gateway web', have: { Accepted: 'True/Other' } } },
    { address: 'other' }, { addresses: { of: 'web', exactly: [] } }, { attachedListenerSets: { of: 'web', count: 0 } },
    { accepted: { parent: 'Gateway web', routes: ['HTTPRoute other'] } },
    { listeners: { of: 'Gateway web', exactly: [] } },
    { listeners: { of: 'Gateway web', exactly: [{ name: 'http', kinds: [], attachedRoutes: 1, have: {} }] } },
    { listeners: { of: 'Gateway web', exactly: [{ name: 'http', kinds: ['HTTPRoute'], attachedRoutes: 2, have: {} }] } },
    { listenerConditions: { of: 'Gateway web', sections: ['other'], have: {} } },
    { parentConditions: { of: 'HTTPRoute route', parent: 'other', have: { Accepted: 'True' } } },
    { parents: { of: 'HTTPRoute route', namespaceRequired: true, include: [{ parentRef: { name: 'web', namespace: 'any' }, have: {} }] } },
    { zeroRoutes: 'web' }, { noAcceptedParent: 'HTTPRoute route' },
  ];
  for (const check of failing) assert.notDeepEqual(failures(around, check), [], JSON.stringify(check));
});

test('an old generation is told', () => {
  assert.notDeepEqual(failures({ ...around, generation: () => 3 }, { current: 'Gateway web' }), []);
});

test('edits make new generations and leave the rest alone', () => {
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'a', name: 'b' }, spec: { list: [1, 2] } };
  const cluster = new Cluster([object]);
  cluster.edit([{ op: 'add', of: 'Service a/b', path: '/spec/list/-', value: 3 }, { op: 'remove', of: 'Service a/b', path: '/spec/list/0' }], (slice) => slice);
  assert.deepEqual(cluster.get('Service a/b')['spec'], { list: [2, 3] });
  assert.equal(cluster.get('Service a/b').metadata['generation'], 3);
  assert.deepEqual(object.spec, { list: [1, 2] });
  cluster.edit([{ op: 'delete', of: 'Service a/b' }], (slice) => slice);
  assert.deepEqual(cluster.snapshot().objects, []);
});

test('certificates hold their names, and URIs for what is no DNS name', () => {
  const { subjectAltName } = new X509Certificate(selfSigned(['*', '*.org', 'a.example.com', 'spiffe://a/b']).certificate);
  assert.equal(subjectAltName, 'URI:*, DNS:*.org, DNS:a.example.com, URI:spiffe://a/b');
});

test('the HTTPS client takes the certificate of the listener and no other', async (t) => {
  const [own, other] = [selfSigned(['*.example.org']), selfSigned(['*.example.org'])];
  const secure = createSecureServer({ cert: own.certificate, key: own.key }, (_, response) => response.writeHead(404).end());
  t.after(() => {
    secure.close();
    secure.closeAllConnections();
  });
  await once(secure.listen(0, '127.0.0.1'), 'listening');
  const { port } = secure.address() as AddressInfo;
  const one: TrafficCase = { to: 'web', serverName: 'any.test', request: { path: '/' }, expect: { status: 404 } };
  assert.deepEqual(await trafficFailures(one, { ...door, port, certificate: own.certificate }), []);
  await assert.rejects(trafficFailures(one, { ...door, port, certificate: other.certificate }), /self-signed certificate|another certificate/);
  await assert.rejects(trafficFailures(one, { ...door, port }), /needs the certificate/);
});
