import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createProxy } from '../index.ts';
import { answering, endpoint, eventually, irOf, rawBackend, Wire } from '../testing/rig.test.ts';
import { connect } from 'node:net';
import { fileLimit, roomForClients } from './file-limit.ts';

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const isOver = ({ hasEnded, hasClosed }: Wire): boolean => hasEnded || hasClosed;

test('connections beyond the limit are closed, counted, and said once; others are unharmed', { timeout: 30_000 }, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  const said: string[] = [];
  const proxy = createProxy({ limits: { connections: 3 } }, { say: (line) => void said.push(line) });
  await proxy.apply(irOf({ backends: { main: [endpoint(backend.port)] } }));
  t.after(() => proxy.close(0));
  const { port } = proxy.bound()['web'] as { port: number };
  const open = (): Wire => {
    const wire = new Wire(connect(port, '127.0.0.1'));
    t.after(() => wire.socket.destroy());
    return wire;
  };
  const serves = async (wire: Wire): Promise<void> => {
    wire.received = '';
    wire.send(get);
    await wire.until(({ received }) => received.endsWith('ok'));
  };
  const inside = [open(), open(), open()] as const;
  for (const wire of inside) await serves(wire);
  const late = [open(), open()];
  for (const wire of late) await wire.until(isOver);
  assert.deepEqual([proxy.stats().acceptErrors, said.length], [2, 1]);
  assert.match(said[0] ?? '', /^3 client connections are open, which is the limit/);
  for (const wire of inside) await serves(wire);
  inside[0].socket.destroy();
  await eventually(() => proxy.stats().activeConnections === 2);
  await serves(open());
  await open().until(isOver);
  await eventually(() => said.length === 2);
});

test('part of the limit of open files is left for backends', () => {
  assert.deepEqual([100, 1024, 20_000, Infinity, 50].map(roomForClients), [36, 921, 18_000, Infinity, 1]);
  assert.ok(fileLimit() > 0);
});
