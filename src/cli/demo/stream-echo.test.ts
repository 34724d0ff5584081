import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { request } from 'node:https';
import { connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { buildModel } from '../../model/index.ts';
import { syntheticObject } from '../synthetic-object.ts';
import { DemoBackends } from './index.ts';
import { selfSigned } from '../../../test/harness/certificates.ts';

const limit = { timeout: 20_000 };

interface Slice {
  readonly ports: readonly { readonly port: number; readonly protocol: string }[];
}

/** The slices of one pod of a protocol behind a Service with a TCP and a UDP port. */
async function slicesFor(t: TestContext, protocol: string, objects: readonly object[] = [], spec: object = {}): Promise<Slice[]> {
  const labels = { app: 'x' };
  const model = buildModel({ findings: [], objects: [
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'x' }, spec: { selector: labels, ports: [{ name: 'a', port: 80, targetPort: 8000 }, { name: 'b', port: 80, targetPort: 8001, protocol: 'UDP' }] } },
    { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'x-1', labels }, spec: { containers: [{ name: 'main', env: [{ name: 'PROTOCOL', value: protocol }] }], ...spec } },
    ...objects,
  ].map((object) => syntheticObject(object as Record<string, unknown>)) });
  assert.deepEqual(model.findings, []);
  const demo = new DemoBackends();
  t.after(() => demo.close());
  return (await demo.apply(model)).map((object) => object.value as Slice);
}

function portOf(slices: readonly Slice[], protocol: string): number {
  assert.deepEqual(slices.flatMap(({ ports }) => ports.map((it) => it.protocol)), [protocol]);
  return slices[0]?.ports[0]?.port ?? 0;
}

const who = { app: 'x', version: '', pod: 'x-1', namespace: 'default' };

test('a TCP pod answers each line with who it is', limit, async (t) => {
  const socket = connect(portOf(await slicesFor(t, 'tcp'), 'TCP'), '127.0.0.1').setEncoding('utf8');
  socket.end('one\r\ntwo');
  let text = '';
  for await (const part of socket) text += String(part);
  assert.deepEqual(text.trimEnd().split('\n').map((line) => JSON.parse(line)), [{ ...who, received: 'one' }, { ...who, received: 'two' }]);
});

test('a UDP pod answers each datagram on the UDP port alone', limit, async (t) => {
  const port = portOf(await slicesFor(t, 'udp'), 'UDP');
  const client = createSocket('udp4');
  t.after(() => client.close());
  client.send('ping', port, '127.0.0.1');
  const [datagram] = await once(client, 'message');
  assert.deepEqual(JSON.parse(String(datagram)), { ...who, received: 'ping' });
});

const pair = selfSigned(['example.com']);
const secret = (crt: string): object => ({
  apiVersion: 'v1', kind: 'Secret', metadata: { name: 'pair' }, type: 'kubernetes.io/tls',
  data: { 'tls.crt': Buffer.from(crt).toString('base64'), 'tls.key': Buffer.from(pair.key).toString('base64') },
});
const mounted = { volumes: [{ name: 'none' }, { name: 'tls', secret: { secretName: 'pair' } }] };

test('an HTTPS pod ends TLS with the key pair that it mounts', limit, async (t) => {
  const port = portOf(await slicesFor(t, 'https', [secret(pair.certificate)], mounted), 'TCP');
  const sent = request({ host: '127.0.0.1', port, path: '/', servername: 'example.com', rejectUnauthorized: false, agent: false }).end();
  const [response] = await once(sent, 'response');
  response.resume();
  assert.equal(response.headers['x-echo-app'], 'x');
  assert.equal(response.socket.getPeerCertificate().subject.CN, 'example.com');
});

test('without a key pair that can be used an HTTPS pod does not answer, nor does a protocol that is not known', limit, async (t) => {
  assert.deepEqual(await slicesFor(t, 'https'), []);
  assert.deepEqual(await slicesFor(t, 'https', [secret(selfSigned(['other.org']).certificate)], mounted), []);
  assert.deepEqual(await slicesFor(t, 'quic'), []);
});
