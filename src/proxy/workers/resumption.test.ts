import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect as tlsConnect, type ConnectionOptions } from 'node:tls';
import { test } from 'node:test';
import type { Ir } from '../../ir/index.ts';
import { createWorkerPool } from '../index.ts';
import { answering, endpoint, irOf, rawBackend } from '../testing/rig.test.ts';
import { certificate } from '../testing/stream-rig.test.ts';
import { newTicketSecret } from '../tls/ticket-keys.ts';

test('a TLS session goes on with any worker, until the keys of tickets change', { timeout: 120_000 }, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  const plain = irOf({ backends: { main: [endpoint(backend.port)] } });
  const ir: Ir = { ...plain, certificates: { c: certificate('example.com') }, listeners: { web: { ...plain.listeners['web']!, protocol: 'https', certificates: ['c'] } } };
  const pool = await createWorkerPool({ count: 2, settings: {}, say: () => undefined });
  t.after(() => pool.close(0));
  await pool.apply(ir);
  const { port } = pool.bound()['web'] as { port: number };

  /** One connection: whether it went on with the session, and the session that it leaves. */
  const visit = async (more: ConnectionOptions): Promise<{ readonly isReused: boolean; readonly session: Buffer }> => {
    const socket = tlsConnect({ port, host: '127.0.0.1', servername: 'a.example.com', rejectUnauthorized: false, ...more });
    const session = once(socket, 'session') as Promise<[Buffer]>;
    await once(socket, 'secureConnect');
    const isReused = socket.isSessionReused();
    socket.resume().write('GET / HTTP/1.1\r\nHost: a.example.com\r\nConnection: close\r\n\r\n');
    const closed = once(socket, 'close');
    // A session that goes on need not be given anew.
    const left = isReused ? (more.session as Buffer) : (await session)[0];
    await closed;
    return { isReused, session: left };
  };

  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const) {
    const first = await visit({ maxVersion });
    assert.equal(first.isReused, false);
    const later = await Promise.all(Array.from({ length: 12 }, () => visit({ maxVersion, session: first.session })));
    assert.deepEqual(later.map(({ isReused }) => isReused), later.map(() => true), maxVersion);
  }
  const { session } = await visit({ maxVersion: 'TLSv1.2' });
  pool.rotateTickets(newTicketSecret());
  await pool.apply(ir);
  assert.equal((await visit({ maxVersion: 'TLSv1.2', session })).isReused, false);
});
