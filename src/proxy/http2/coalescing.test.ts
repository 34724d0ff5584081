/** Clients that reuse a connection for other names that its certificate covers (RFC 9113 section 9.1.1, RFC 9110 section 15.5.20; GEP-3567). */
import assert from 'node:assert/strict';
import { connect, type ClientHttp2Session } from 'node:http2';
import { test, type TestContext } from 'node:test';
import type { Ir, Listener } from '../../ir/index.ts';
import { createProxy } from '../index.ts';
import { certificate } from '../testing/stream-rig.test.ts';
import { ask } from './testing/peers.test.ts';

const limit = { timeout: 30_000 };
const origin = { group: '', kind: 'Gateway', namespace: 'default', name: 'test' };
/** One certificate for `example.com` and all names below. */
const shared = certificate('example.com');

async function serveHttps(t: TestContext, hostnames: readonly string[]): Promise<{ session(serverName: string): ClientHttp2Session; apply(hostnames: readonly string[]): Promise<void> }> {
  const irWith = (names: readonly string[]): Ir => ({
    sockets: { s: { address: '127.0.0.1', port: 0 } }, certificates: { shared }, backends: {}, endpoints: {},
    listeners: Object.fromEntries(names.map((hostname): [string, Listener] => [hostname, { socket: 's', protocol: 'https', port: 443, hostname, certificates: ['shared'], hosts: [{ hostname, routes: [hostname] }], origin }])),
    routes: Object.fromEntries(names.map((hostname) => [hostname, { match: { path: { kind: 'prefix' as const, value: '' } }, action: { kind: 'respond' as const, status: 200, because: `for ${hostname}` }, origin }])),
  });
  const proxy = createProxy();
  t.after(() => proxy.close(0));
  await proxy.apply(irWith(hostnames));
  const { port } = proxy.bound()['s'] as { port: number };
  return {
    session: (servername) => {
      const session = connect(`https://127.0.0.1:${port}`, { servername, ca: shared.chain });
      session.on('error', () => undefined);
      t.after(() => session.destroy());
      return session;
    },
    apply: async (names) => { await proxy.apply(irWith(names)); },
  };
}

const answerFor = async (session: ClientHttp2Session, authority: string): Promise<string> => {
  const { status, body } = await ask(session, { ':authority': authority });
  return `${status} ${/for \S+/.exec(body)?.[0] ?? ''}`.trim();
};

test('a connection opened for one listener that asks for another gets 421, and goes on', limit, async (t) => {
  const served = await serveHttps(t, ['a.example.com', 'b.example.com']);
  const session = served.session('a.example.com');
  assert.equal(await answerFor(session, 'a.example.com'), '200 for a.example.com');
  const misdirected = await ask(session, { ':authority': 'b.example.com' });
  assert.equal(misdirected.status, 421);
  assert.match(misdirected.body, /connection/i);
  assert.equal(await answerFor(session, 'a.example.com:443'), '200 for a.example.com', 'the connection is as good as before');
  assert.equal(await answerFor(served.session('b.example.com'), 'b.example.com'), '200 for b.example.com', 'as clients do then');
});

test('names of one listener share a connection; the more specific listener does not', limit, async (t) => {
  const served = await serveHttps(t, ['*.example.com', 'b.example.com']);
  const session = served.session('a.example.com');
  assert.deepEqual([await answerFor(session, 'c.example.com'), await answerFor(session, 'b.example.com')], ['200 for *.example.com', '421']);
  assert.equal(await answerFor(served.session('b.example.com'), 'c.example.com'), '421');
  assert.equal(await answerFor(session, 'unknown.test'), '404', 'what no listener has is not misdirected');
});

test('a listener that comes later takes its name from connections that are open', limit, async (t) => {
  const served = await serveHttps(t, ['*.example.com']);
  const session = served.session('a.example.com');
  assert.equal(await answerFor(session, 'b.example.com'), '200 for *.example.com');
  await served.apply(['*.example.com', 'b.example.com']);
  assert.equal(await answerFor(session, 'b.example.com'), '421');
});
