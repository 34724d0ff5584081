/** What backends hear of clients behind trusted proxies. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { ProxySettings } from '../index.ts';
import { answering, endpoint, rawBackend, serve } from '../testing/rig.test.ts';

const limit = { timeout: 30_000 };

/** The fields of the head that a backend gets, for the fields of a client. */
async function heard(t: TestContext, settings: ProxySettings, fields: string): Promise<string> {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] }, settings });
  assert.match(await ask(`GET / HTTP/1.1\r\nHost: a\r\n${fields.replaceAll('\n', '\r\n')}\r\nConnection: close\r\n\r\n`), /^HTTP\/1\.1 200/);
  return backend.wires[0]?.received.toLowerCase() ?? '';
}

function valuesOf(head: string, name: string): string[] {
  return [...head.matchAll(new RegExp(`\\r\\n${name}: ([^\\r]*)`, 'g'))].map(([, value]) => value ?? '');
}

const told = 'X-Forwarded-For: 203.0.113.9\nX-Forwarded-Proto: https\nX-Forwarded-Host: shop.example\nX-Request-Id: 42';
const names = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-request-id'];

test('nobody is believed unless told to be', limit, async (t) => {
  const head = await heard(t, {}, told);
  assert.deepEqual(names.slice(0, 3).map((name) => valuesOf(head, name)), [['127.0.0.1'], ['http'], ['a']]);
  assert.doesNotMatch(valuesOf(head, 'x-request-id').join(), /^42$/);
});

for (const [name, settings] of [['a trusted range', { trustedProxies: ['127.0.0.0/8'] }], ['a number of hops', { trustedHops: 1 }]] as const) {
  test(`with ${name} the word of the peer goes on, its own address behind`, limit, async (t) => {
    const head = await heard(t, settings, told);
    assert.deepEqual(names.map((it) => valuesOf(head, it)), [['203.0.113.9, 127.0.0.1'], ['https'], ['shop.example'], ['42']]);
  });
}

test('a Connection header takes no forwarding field out, of whomever', limit, async (t) => {
  for (const settings of [{}, { trustedProxies: ['127.0.0.1'] }]) {
    const head = await heard(t, settings, `Connection: ${names.join(', ')}, x-other\nX-Other: 1\n${told}`);
    assert.deepEqual(names.map((it) => valuesOf(head, it).length), [1, 1, 1, 1]);
    assert.deepEqual(valuesOf(head, 'x-other'), []);
    if ('trustedProxies' in settings) assert.deepEqual(valuesOf(head, 'x-forwarded-proto'), ['https']);
  }
});

test('Forwarded and X-Real-IP of a peer that is not believed do not go on; those of one that is do', limit, async (t) => {
  const fields = 'Forwarded: for=203.0.113.9\nX-Real-IP: 203.0.113.9';
  const [distrusted, trusted] = [await heard(t, {}, fields), await heard(t, { trustedHops: 1 }, fields)];
  assert.deepEqual([distrusted, trusted].map((head) => [valuesOf(head, 'forwarded').length, valuesOf(head, 'x-real-ip').length]), [[0, 0], [1, 1]]);
});
