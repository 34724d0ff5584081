import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { test } from 'node:test';
import { createProxy } from '../index.ts';
import { eventually } from '../testing/rig.test.ts';
import { serveStreams, streamIr, udpBackend } from '../testing/stream-rig.test.ts';

const limit = { timeout: 30_000 };
const listeners = { udp: { protocol: 'udp' as const } };

test('an exchange under way comes to its end when the proxy ends, and nobody new begins one', limit, async (t) => {
  const slow = createSocket('udp4').bind(0, '127.0.0.1');
  t.after(() => slow.close());
  await once(slow, 'listening');
  const { datagrams, proxy, udpPort } = await serveStreams(t, { listeners, backends: { main: [{ address: '127.0.0.1', port: slow.address().port, ready: true }] } });
  const client = await datagrams();
  const asked = once(slow, 'message') as Promise<[Buffer, { readonly address: string; readonly port: number }]>;
  const answer = client.ask('question');
  const [, from] = await asked;
  const closed = proxy.close(20_000);
  await eventually(() => Object.keys(proxy.bound()).length === 0);
  const late = await datagrams();
  late.socket.send('late', udpPort, '127.0.0.1');
  slow.send('answer', from.port, from.address);
  assert.deepEqual(await answer, ['answer']);
  await closed;
  assert.equal(proxy.stats().activeUdpSessions, 0);
  assert.equal(proxy.stats().udpSessions, 1);
});

test('a port whose sessions still go on is served again at once when it is wanted again', limit, async (t) => {
  const backend = await udpBackend(t, 'a');
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  const free = createSocket('udp4').bind(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address();
  free.close();
  await once(free, 'close');
  const plan = streamIr({ listeners, backends: { main: [backend.endpoint] } });
  const ir = { ...plan, sockets: { u: { address: '127.0.0.1', port, transport: 'udp' as const } } };
  const client = createSocket('udp4');
  t.after(() => client.close());
  for (const round of [1, 2, 3]) {
    assert.deepEqual((await proxy.apply(ir)).listeners, { udp: { state: 'serving' } });
    const answer = once(client, 'message') as Promise<[Buffer]>;
    client.send(String(round), port, '127.0.0.1');
    assert.equal(String((await answer)[0]), `a:${round}`);
    await proxy.apply({ ...ir, sockets: {}, streamListeners: {} });
  }
});
