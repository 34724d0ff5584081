import assert from 'node:assert/strict';
import { connect } from 'node:tls';
import { test } from 'node:test';
import { Redacted } from '../../base/index.ts';
import { issuedBy, type KeyPair, selfSigned } from '../../../test/harness/certificates.ts';
import type { ClientValidation, Ir } from '../../ir/index.ts';
import { createProxy, type Proxy } from '../index.ts';

const limit = { timeout: 30_000 };
const origin = { group: '', kind: 'Gateway', namespace: 'default', name: 'test' };
const server = selfSigned(['example.com']);
const friend = selfSigned(['friend.example.com'], 'client');
const stranger = selfSigned(['stranger.example.com'], 'client');

function irWith(clientValidation?: ClientValidation): Ir {
  return {
    sockets: { s: { address: '127.0.0.1', port: 0 } },
    listeners: { one: { socket: 's', protocol: 'https', port: 443, hostname: '', certificates: ['c'], hosts: [{ hostname: '', routes: ['r'] }], origin, ...(clientValidation === undefined ? {} : { clientValidation }) } },
    routes: { r: { match: { path: { kind: 'prefix', value: '' } }, action: { kind: 'respond', status: 200, because: 'test' }, origin } },
    backends: {}, endpoints: {},
    certificates: { c: { chain: server.certificate, key: new Redacted(server.key), names: ['example.com'], origin } },
  };
}

/** How many of two requests, one after the other on one connection, are answered. */
function askTwice(proxy: Proxy, client: KeyPair): Promise<number> {
  const { port } = proxy.bound()['s'] as { port: number };
  return new Promise((resolve) => {
    let answers = 0;
    const socket = connect({ port, host: '127.0.0.1', servername: 'example.com', ca: server.certificate, cert: client.certificate, key: client.key });
    const ask = (): void => void socket.write('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n');
    socket.on('secureConnect', ask);
    socket.on('data', () => (++answers === 2 ? socket.destroy() : ask()));
    socket.on('error', () => socket.destroy());
    socket.on('close', () => resolve(answers));
  });
}

/** The status of a request with this client certificate, or `refused` where the handshake does not let it through. */
function ask(proxy: Proxy, client?: KeyPair): Promise<string> {
  const { port } = proxy.bound()['s'] as { port: number };
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect({ port, host: '127.0.0.1', servername: 'example.com', ca: server.certificate, ...(client === undefined ? {} : { cert: client.certificate, key: client.key }) });
    socket.on('secureConnect', () => socket.write('GET / HTTP/1.1\r\nHost: example.com\r\nConnection: close\r\n\r\n'));
    socket.on('data', (chunk: Buffer) => { answer += chunk.toString('latin1'); });
    socket.on('error', () => resolve('refused'));
    socket.on('close', () => resolve(answer === '' ? 'refused' : answer.slice(9, 12)));
  });
}

test('clients must show a certificate that an authority vouches for; what is asked changes with the next apply', limit, async (t) => {
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  await proxy.apply(irWith({ authorities: [friend.certificate], mode: 'require' }));
  assert.deepEqual([await ask(proxy, friend), await ask(proxy, stranger), await ask(proxy)], ['200', 'refused', 'refused']);
  await proxy.apply(irWith({ authorities: [friend.certificate], mode: 'request' }));
  assert.deepEqual([await ask(proxy, friend), await ask(proxy, stranger), await ask(proxy)], ['200', '200', '200']);
  await proxy.apply(irWith({ authorities: [stranger.certificate], mode: 'require' }));
  assert.deepEqual([await ask(proxy, friend), await ask(proxy, stranger)], ['refused', '200']);
  await proxy.apply(irWith());
  assert.equal(await ask(proxy), '200');
});

/** A connection that stays open: the status of one request after the other, or `closed`. */
function openOne(proxy: Proxy, client?: KeyPair): () => Promise<string> {
  const { port } = proxy.bound()['s'] as { port: number };
  const socket = connect({ port, host: '127.0.0.1', servername: 'example.com', ca: server.certificate, ...(client === undefined ? {} : { cert: client.certificate, key: client.key }) });
  const isClosed = new Promise<string>((resolve) => socket.once('close', () => resolve('closed')));
  socket.on('error', () => socket.destroy());
  return () => Promise.race([isClosed, new Promise<string>((resolve) => {
    socket.once('data', (chunk: Buffer) => resolve(chunk.toString('latin1', 9, 12)));
    socket.write('GET / HTTP/1.1\r\nHost: example.com\r\n\r\n');
  })]);
}

test('a connection whose client has not shown what is asked now carries no more requests', limit, async (t) => {
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  await proxy.apply(irWith());
  const [nobody, early] = [openOne(proxy), openOne(proxy, friend)];
  assert.deepEqual([await nobody(), await early()], ['200', '200']);
  await proxy.apply(irWith({ authorities: [friend.certificate], mode: 'require' }));
  assert.deepEqual([await nobody(), await early()], ['closed', 'closed']);
  const known = openOne(proxy, friend);
  assert.equal(await known(), '200');
  await proxy.apply(irWith({ authorities: [stranger.certificate, friend.certificate], mode: 'require' }));
  assert.equal(await known(), '200', 'an authority more is no reason to end it');
  await proxy.apply(irWith({ authorities: [stranger.certificate], mode: 'require' }));
  assert.equal(await known(), 'closed');
});

test('where everybody is let in, so is a client whose authority has the name of the trusted one and another key', limit, async (t) => {
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  const [trusted, namesake] = [selfSigned(['authority']), selfSigned(['authority'])];
  await proxy.apply(irWith({ authorities: [trusted.certificate], mode: 'request' }));
  const clients = [issuedBy(trusted, 'authority', ['friend']), issuedBy(namesake, 'authority', ['stranger'])];
  for (const client of clients) assert.equal(await askTwice(proxy, client), 2);
  await proxy.apply(irWith({ authorities: [trusted.certificate], mode: 'require' }));
  assert.equal(await ask(proxy, clients[1]), 'refused');
});
