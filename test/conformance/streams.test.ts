/** The harness's stream cases: they pass against backends as the suite's, and fail where they must. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { test, type TestContext } from 'node:test';
import { selfSigned } from '../harness/certificates.ts';
import type { StreamCase } from './harness/expectation.ts';
import { tcpPod, udpPod } from './harness/stream-pod.ts';
import { streamFailures } from './harness/stream-traffic.ts';
import type { Door } from './harness/traffic.ts';

const pod = { namespace: 'infra', name: 'tcp-backend-abc-1', deployment: 'udp-echo' };
const pair = selfSigned(['abc.example.com']);
const limit = { timeout: 30_000 };

async function doorOf(t: TestContext, server: Server): Promise<Door> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  return { address: '127.0.0.1', port, knownAddress: '127.0.0.1', knownPort: port, certificate: pair.certificate };
}

function problems(one: Partial<StreamCase>, door: Door): Promise<string[]> {
  return streamFailures({ to: 'gateway', over: 'tcp', serverName: 'abc.example.com', expect: {}, ...one }, door);
}

test('a conversation is compared field by field', limit, async (t) => {
  const door = await doorOf(t, tcpPod(pod));
  assert.deepEqual(await problems({ expect: { backend: 'tcp-backend', namespace: 'infra', isTls: false } }, door), []);
  assert.deepEqual(await problems({ expect: { backend: 'tcp', namespace: 'web', isTls: true, serverName: 'a' } }, door),
    ['namespace web, got infra', 'isTls true, got false', 'serverName a, got undefined']);
  assert.deepEqual(await problems({ expect: { backend: 'tcp-backend-v2' } }, door), ['backend tcp-backend-v2, got tcp-backend-abc-1']);
  assert.deepEqual(await problems({ repeat: 4, expect: { shares: { 'tcp-backend': 0.5, other: 0.5 } } }, door), ['0.5 of the traffic at tcp-backend, got 1', '0.5 of the traffic at other, got 0']);
  assert.deepEqual(await problems({ repeat: 4, expect: { shares: {} } }, door), ['only the weighted backends, got 4 times another']);
});

test('over TLS the certificate must be the one that is expected', limit, async (t) => {
  const door = await doorOf(t, tcpPod(pod, pair));
  assert.deepEqual(await problems({ over: 'tls', expect: { isTls: true, serverName: 'abc.example.com' } }, door), []);
  assert.match(String(await problems({ over: 'tls' }, { ...door, certificate: selfSigned(['abc.example.com']).certificate })), /an answer, got Error/);
});

test('a datagram is answered by a backend, or its loss is told', limit, async (t) => {
  const backend = udpPod(pod);
  backend.bind(0, '127.0.0.1');
  await once(backend, 'listening');
  t.after(() => backend.close());
  const { port } = backend.address();
  const door = { address: '127.0.0.1', port, knownAddress: '127.0.0.1', knownPort: port };
  assert.deepEqual(await problems({ over: 'udp', expect: { service: 'udp-echo', namespace: 'infra' } }, door), []);
  assert.deepEqual(await problems({ over: 'udp', expect: { service: 'other' } }, door), ['service other, got udp-echo']);
});

test('only an end or a reset is a refusal', limit, async (t) => {
  const refused: Partial<StreamCase> = { over: 'tls', expect: { refused: true } };
  const closes = await doorOf(t, createServer((socket) => { socket.once('data', () => socket.end()); }));
  assert.deepEqual(await problems(refused, closes), []);
  const resets = await doorOf(t, createServer((socket) => { socket.once('data', () => socket.resetAndDestroy()); }));
  assert.deepEqual(await problems(refused, resets), []);
  assert.deepEqual(await problems(refused, await doorOf(t, tcpPod(pod, pair))), ['the connection closed or reset, got a handshake']);
  const answersAlert = await doorOf(t, createServer((socket) => {
    // Alert: fatal, unrecognized_name (RFC 8446 section 6).
    socket.once('data', () => socket.end(Buffer.from([21, 3, 3, 0, 2, 2, 112])));
  }));
  assert.match(String(await problems(refused, answersAlert)), /got ERR_SSL/);
});
