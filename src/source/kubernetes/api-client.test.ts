/** What goes over the wire to an API server, and over which connections. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { TLSSocket } from 'node:tls';
import { selfSigned } from '../../../test/harness/certificates.ts';
import { ApiClient } from './api-client.ts';

interface Asked {
  readonly method: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

async function listening(t: TestContext, server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('requests say whom they are for, as whom, and how long their body is', async (t) => {
  const asked: Asked[] = [];
  const sockets = new Set<unknown>();
  const answer: RequestListener = ({ method, headers, socket }, response) => {
    asked.push({ method, headers });
    sockets.add(socket);
    response.end('{}');
  };
  const host = await listening(t, createServer(answer));
  const client = new ApiClient({ server: new URL(`http://${host}`), token: () => Promise.resolve('let-me') });
  t.after(() => client.close());
  for (const [method, body] of [['GET', undefined], ['PATCH', { é: 1 }], ['DELETE', undefined]] as const) await client.call({ method, path: '/', body });
  const usual = { host, accept: 'application/json', 'user-agent': 'postern', authorization: 'Bearer let-me', connection: 'keep-alive' };
  assert.deepEqual(asked.map(({ method, headers }) => [method, { ...headers }]), [
    ['GET', usual], ['PATCH', { ...usual, 'content-type': 'application/json', 'content-length': '8' }], ['DELETE', { ...usual, 'content-length': '0' }],
  ]);
  assert.equal(sockets.size, 1);
});

test('a connection after the first one goes on with its TLS session', async (t) => {
  const { certificate, key } = selfSigned(['api.example']);
  const reused: boolean[] = [];
  const server = createSecureServer({ cert: certificate, key }, ({ socket }, response) => {
    reused.push((socket as TLSSocket).isSessionReused());
    response.setHeader('connection', 'close').end('{}');
  });
  const client = new ApiClient({ server: new URL(`https://${await listening(t, server)}`), ca: certificate, serverName: 'api.example', token: () => Promise.resolve(undefined) });
  t.after(() => client.close());
  for (let i = 0; i < 4; i++) await client.call({ method: 'GET', path: '/' });
  assert.deepEqual(reused, [false, true, true, true]);
});
