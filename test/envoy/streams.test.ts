/** Edits of TCPRoutes leave the connections of a real Envoy alone; skipped where there is none. */
import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Backend, Ir, StreamTarget } from '../../src/ir/index.ts';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { EnvoyPlane } from '../harness/envoy-plane.ts';

const binary = envoyBinary();
const address = `127.${randomInt(128, 250)}.${randomInt(1, 250)}.1`;
const origin = { group: '', kind: 'TCPRoute', namespace: 'default', name: 'r' };
const tcp: Backend = { protocol: 'tcp', origin };

/** A backend that sends each piece back behind its name. */
async function backend(t: TestContext, name: string): Promise<number> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket.on('error', () => socket.destroy()));
    socket.on('data', (piece) => socket.write(`${name}:${piece.toString()}`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => { for (const socket of open) socket.destroy(); server.close(); });
  return (server.address() as AddressInfo).port;
}

function to(key: string, weight = 1): StreamTarget {
  return { weight, to: { kind: 'backend', backend: key } };
}

async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [piece] = await once(socket, 'data') as [Buffer];
  return piece.toString();
}

test('a connection goes on to the backend that it has, whatever becomes of its route', { timeout: 60_000, skip: binary === undefined ? howToGetEnvoy : false }, async (t) => {
  const ports = { a: await backend(t, 'a'), b: await backend(t, 'b') };
  const plane = new EnvoyPlane(binary!);
  t.after(() => plane.stop());
  const irOf = (targets: readonly StreamTarget[], backends: Ir['backends'] = { a: tcp, b: tcp }): Ir => ({
    sockets: { one: { address, port: 7777 }, two: { address, port: 7778 } }, listeners: {}, routes: {}, certificates: {}, backends,
    endpoints: { a: [{ address: '127.0.0.1', port: ports.a, ready: true }], b: [{ address: '127.0.0.1', port: ports.b, ready: true }] },
    streamListeners: {
      one: { socket: 'one', protocol: 'tcp', port: 1, hostname: '', hosts: [{ hostname: '', route: 'r' }], origin },
      two: { socket: 'two', protocol: 'tcp', port: 2, hostname: '', hosts: [], origin },
    },
    streamRoutes: { r: { action: { kind: 'relay', targets }, origin } },
  });
  const open = async (): Promise<Socket> => {
    const socket = connect(7777, address);
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  await plane.apply(irOf([to('a')]));
  const first = await open();
  assert.equal(await ask(first, '1'), 'a:1');
  await plane.apply(irOf([to('a'), to('b', 3)]));
  assert.equal(await ask(first, '2'), 'a:2', 'other weights');
  await plane.apply(irOf([to('b')]));
  assert.equal(await ask(first, '3'), 'a:3', 'another backend');
  assert.equal(await ask(await open(), '4'), 'b:4');
  await plane.apply(irOf([to('b')], { a: tcp, b: { ...tcp, proxyProtocol: 'v1' } }));
  assert.equal(await ask(first, '5'), 'a:5', 'another way to the backend');
  assert.match(await ask(await open(), '6'), /^b:PROXY TCP4 127\.0\.0\.1 /);
  const nobody = connect(7778, address);
  await once(nobody, 'close');
  await plane.apply(irOf([to('b', 3), { weight: 1, to: { kind: 'refuse', because: 'backend-not-found' } }]));
  let closed = 0;
  for (let i = 0; i < 80; i++) {
    const socket = await open();
    closed += await Promise.race([ask(socket, '7').then(() => 0, () => 1), once(socket, 'close').then(() => 1, () => 1)]);
    socket.destroy();
  }
  assert.ok(closed > 8 && closed < 32, `a target that is not there keeps its share: ${closed} of 80`);
});
