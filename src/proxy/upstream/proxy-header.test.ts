import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createTcpServer, type AddressInfo, type Socket } from 'node:net';
import { test } from 'node:test';
import { createSecureContext, TLSSocket } from 'node:tls';
import fc from 'fast-check';
import type { Ir } from '../../ir/index.ts';
import { readProxyHeader } from '../listen/proxy-header.ts';
import { endpoint, rawBackend, Wire } from '../testing/rig.test.ts';
import { certificate, serveStreams, streamIr } from '../testing/stream-rig.test.ts';
import { proxyHeader } from './proxy-header.ts';

const limit = { timeout: 30_000 };

test('what is written is what is read, in both versions and families', () => {
  const place = fc.record({ address: fc.oneof(fc.ipV4(), fc.ipV6()), port: fc.integer({ min: 0, max: 65_535 }) });
  fc.assert(fc.property(fc.constantFrom('v1' as const, 'v2' as const), place, place, (version, client, server) => {
    const bytes = proxyHeader(version, client, server);
    const header = readProxyHeader(bytes);
    assert.ok(header.state === 'whole' && header.length === bytes.length, `${version} ${client.address} ${server.address}`);
    assert.equal(header.source?.port, client.port);
    assert.equal(normal(header.source?.address ?? ''), normal(client.address));
  }));
});

test('the bytes are those of the specification', () => {
  const [client, server] = [{ address: '1.2.3.4', port: 1111 }, { address: '::ffff:5.6.7.8', port: 80 }];
  assert.equal(proxyHeader('v1', client, server).toString('latin1'), 'PROXY TCP4 1.2.3.4 5.6.7.8 1111 80\r\n');
  assert.equal(proxyHeader('v2', client, server).toString('hex'), '0d0a0d0a000d0a515549540a2111000c01020304050607080457' + '0050');
  assert.equal(proxyHeader('v1', client, { address: 'fe80::1%eth0', port: 80 }).toString('latin1'), 'PROXY TCP6 ::ffff:1.2.3.4 fe80::1 1111 80\r\n');
  assert.equal(proxyHeader('v1', { address: '', port: 0 }, server).toString('latin1'), 'PROXY UNKNOWN\r\n');
  assert.equal(proxyHeader('v2', { address: '', port: 0 }, server).toString('hex'), '0d0a0d0a000d0a515549540a21000000');
});

for (const version of ['v1', 'v2'] as const) {
  test(`a backend that asks for ${version} hears of the client first, and of one that was announced`, limit, async (t) => {
    const backend = await rawBackend(t);
    const ir = announcing(streamIr({ listeners: { tcp: { protocol: 'tcp' } }, backends: { main: [endpoint(backend.port)] } }), version);
    const { connect } = await serveStreams(t, ir, { proxyProtocolFrom: ['127.0.0.1'] });
    const wire = connect();
    wire.send('PROXY TCP4 203.0.113.7 192.0.2.1 4711 80\r\nping');
    await new Promise<void>((resolve) => {
      const look = (): void => (backend.wires[0]?.received.endsWith('ping') === true ? resolve() : void setImmediate(look));
      look();
    });
    const header = readProxyHeader(Buffer.from(backend.wires[0]?.received ?? '', 'latin1'));
    assert.deepEqual(header.state === 'whole' ? [header.source, backend.wires[0]?.received.slice(header.length)] : header, [{ address: '203.0.113.7', port: 4711 }, 'ping']);
  });
}

test('over TLS the header goes before the handshake', limit, async (t) => {
  const { chain, key } = certificate('example.com');
  const heard = Promise.withResolvers<string>();
  const server = createTcpServer((socket) => void secureBehindLine(socket, { cert: chain, key: key.reveal() }).then(heard.resolve, heard.reject)).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  const plain = announcing(streamIr({ listeners: { tcp: { protocol: 'tcp' } }, backends: { main: [endpoint((server.address() as AddressInfo).port)] } }), 'v1');
  const ir: Ir = { ...plain, backends: { main: { ...plain.backends['main']!, tls: { serverName: 'a.example.com', authorities: [chain], names: [] } } } };
  const { connect } = await serveStreams(t, ir);
  const wire = connect();
  wire.send('ping');
  await wire.untilReceived('pong');
  assert.match(await heard.promise, /^PROXY TCP4 127\.0\.0\.1 127\.0\.0\.1 \d+ \d+\r\n$/);
  wire.socket.destroy();
});

/** Reads the first line, then answers `ping` over TLS on the rest. */
async function secureBehindLine(socket: Socket, keyPair: { readonly cert: string; readonly key: string }): Promise<string> {
  await once(socket, 'readable');
  const bytes = socket.read() as Buffer;
  const end = bytes.indexOf('\r\n') + 2;
  if (bytes.length > end) socket.unshift(bytes.subarray(end));
  const secure = new Wire(new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(keyPair) }));
  await secure.untilReceived('ping');
  secure.send('pong');
  return bytes.toString('latin1', 0, end);
}

function announcing(ir: Ir, proxyProtocol: 'v1' | 'v2'): Ir {
  return { ...ir, backends: Object.fromEntries(Object.entries(ir.backends).map(([key, backend]) => [key, { ...backend, proxyProtocol }])) };
}

function normal(address: string): string {
  const text = address.includes(':') ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address;
  const [, high = '', low = ''] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text) ?? [];
  const [a, b] = [Number.parseInt(high, 16), Number.parseInt(low, 16)];
  return high === '' ? text : [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
