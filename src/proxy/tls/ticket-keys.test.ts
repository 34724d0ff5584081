import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type ConnectionOptions } from 'node:tls';
import { test, type TestContext } from 'node:test';
import type { Ir } from '../../ir/index.ts';
import { createProxy } from '../index.ts';
import type { Surroundings } from '../proxy.ts';
import { answering, endpoint, irOf, rawBackend } from '../testing/rig.test.ts';
import { certificate } from '../testing/stream-rig.test.ts';
import { newTicketSecret, ticketRotationMs } from './ticket-keys.ts';

/** One visit after the other of a client that shows the session of its first: whether each went on with it. */
async function visitor(t: TestContext, surroundings: Surroundings): Promise<() => Promise<boolean>> {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  const plain = irOf({ backends: { main: [endpoint(backend.port)] } });
  const ir: Ir = { ...plain, certificates: { c: certificate('example.com') }, listeners: { web: { ...plain.listeners['web']!, protocol: 'https', certificates: ['c'] } } };
  const proxy = createProxy({}, surroundings);
  t.after(() => proxy.close(0));
  await proxy.apply(ir);
  const { port } = proxy.bound()['web'] as { port: number };
  const visit = async (more: ConnectionOptions): Promise<{ readonly isReused: boolean; readonly session: Buffer | undefined }> => {
    const socket = connect({ port, host: '127.0.0.1', servername: 'a.example.com', rejectUnauthorized: false, maxVersion: 'TLSv1.2', ...more });
    await once(socket, 'secureConnect');
    const result = { isReused: socket.isSessionReused(), session: socket.getSession() };
    socket.destroy();
    return result;
  };
  const { session } = await visit({});
  assert.ok(session !== undefined);
  return async () => (await visit({ session })).isReused;
}

test('the keys of session tickets change twice a day, also where one process serves', { timeout: 30_000 }, async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const visit = await visitor(t, {});
  assert.equal(await visit(), true);
  t.mock.timers.tick(ticketRotationMs - 1);
  assert.equal(await visit(), true);
  t.mock.timers.tick(1);
  assert.equal(await visit(), false);
});

test('where others gave the secret, they say when it changes', { timeout: 30_000 }, async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const visit = await visitor(t, { ticketSecret: newTicketSecret() });
  t.mock.timers.tick(ticketRotationMs);
  assert.equal(await visit(), true);
});
