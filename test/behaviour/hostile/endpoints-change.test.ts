/** Endpoints that change while a request waits for a connection to one of them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { createProxy } from '../../../src/proxy/index.ts';
import { until } from '../../harness/temp-folder.ts';
import { fullServer } from './full-server.ts';
import { askOnce, irFor, politeBackend } from './rig.ts';

const limit = { timeout: 30_000 };
const at = (port: number): { readonly address: string; readonly port: number; readonly ready: true } => ({ address: '127.0.0.1', port, ready: true });

test('the one endpoint is not reached, and by then there is one other: that is tried', limit, async (t) => {
  const [full, live] = await Promise.all([fullServer(t), politeBackend(t)]);
  const proxy = createProxy({ timeouts: { connectMs: 300 } });
  t.after(() => proxy.close(0));
  await proxy.apply(irFor({ endpoints: [at(full)] }));
  const answer = askOnce(proxy.bound()['web']!.port as number, { path: '/fine' });
  await until(t, () => proxy.stats().upstreamConnects === 1);
  proxy.updateEndpoints({ '/': [at(live)] });
  assert.deepEqual(await answer, { status: 200, body: 'ok', isBroken: false });
});

test('the same for a connection of layer 4', limit, async (t) => {
  const [full, live] = await Promise.all([fullServer(t), politeBackend(t)]);
  const { listeners: { web }, sockets, backends, endpoints } = irFor({ endpoints: [at(full)] });
  const { origin } = web!;
  const proxy = createProxy({ timeouts: { connectMs: 300 } });
  t.after(() => proxy.close(0));
  await proxy.apply({
    sockets, backends, endpoints, listeners: {}, routes: {}, certificates: {},
    streamListeners: { web: { socket: 'web', protocol: 'tcp', port: 80, hostname: '', hosts: [{ hostname: '', route: 'all' }], origin } },
    streamRoutes: { all: { action: { kind: 'relay', targets: [{ weight: 1, to: { kind: 'backend', backend: '/' } }] }, origin } },
  });
  const client = connect(proxy.bound()['web']!.port as number, '127.0.0.1', () => client.write('GET /fine HTTP/1.1\r\nHost: a\r\n\r\n'));
  await until(t, () => proxy.stats().upstreamConnects === 1);
  proxy.updateEndpoints({ '/': [at(live)] });
  const [piece] = await once(client, 'data') as [Buffer];
  assert.match(piece.toString(), /^HTTP\/1\.1 200 /);
  client.destroy();
});
