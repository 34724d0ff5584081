/** What a route's author writes cannot add lines, requests or responses: the schema of the API checks little of these values. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import type { Action, Filter, Ir } from '../../src/ir/index.ts';
import { converse, irFor, openProxy, rawServer, RecordingBackend } from './rig.ts';
import { type ReadRequest, readResponses, type ReadResponse, valuesOf } from './strict-reader.ts';

const request = 'GET /a/b?q HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const hostile = [
  'x\r\nContent-Length: 5', 'x\nTransfer-Encoding: chunked', 'x\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: a', 'x\r', '\n', 'x\0y', '\x7f',
  // The low bytes of these letters are CR and LF.
  '\u010d\u010aContent-Length: 5\u010d\u010a\u010d\u010a', '\u560d\u560aX: y', 'a b', 'caf\u00e9', '\u{1f98a}',
];

async function answerTo(t: TestContext, action: (given: Action) => Action): Promise<{ readonly seen: readonly ReadRequest[]; readonly response: ReadResponse }> {
  const backend = new RecordingBackend();
  const raw = await rawServer(backend.onData);
  const change = (ir: Ir): Ir => ({ ...ir, routes: Object.fromEntries(Object.entries(ir.routes).map(([key, route]) => [key, { ...route, action: action(route.action) }])) });
  const { proxy, port } = await openProxy(irFor(raw.port, change));
  t.after(async () => {
    await proxy.close(0);
    await raw.close();
  });
  const { received, ended } = await converse(port, { pieces: [request] });
  const { messages, rest } = readResponses(received, ['GET'], ended);
  assert.equal(rest, '');
  assert.equal(messages.length, 1, received);
  assert.deepEqual(backend.faults, []);
  return { seen: backend.requests, response: messages[0] as ReadResponse };
}

function withFilters(filters: readonly Filter[]): (given: Action) => Action {
  return (given) => ({ ...given, filters } as Action);
}

const filtersOf: Readonly<Record<string, (value: string) => readonly Filter[]>> = {
  'a request header': (value) => [{ kind: 'request-headers', set: [{ name: 'x-t', value }], add: [{ name: 'x-t', value }], remove: [] }],
  'a response header': (value) => [{ kind: 'response-headers', set: [{ name: 'x-t', value }], add: [{ name: 'x-t', value }], remove: [] }],
  'the name of a header': (name) => [{ kind: 'request-headers', set: [{ name, value: '1' }], add: [], remove: [name] }],
  'Host': (value) => [{ kind: 'request-headers', set: [{ name: 'host', value }], add: [], remove: [] }],
  'a whole path': (value) => [{ kind: 'rewrite', path: { kind: 'full', value: `/${value}` } }],
  'a prefix': (value) => [{ kind: 'rewrite', path: { kind: 'prefix', match: '/a', value: `/${value}` } }],
  'fields that frame': (value) => [{
    kind: 'request-headers', add: [{ name: 'content-length', value: '5' }, { name: 'x-t', value }], remove: ['host', 'connection'],
    set: [{ name: 'transfer-encoding', value: 'chunked' }, { name: 'connection', value: 'x-t' }, { name: 'upgrade', value: 'h2c' }],
  }],
};

for (const [name, filters] of Object.entries(filtersOf)) {
  test(`one request in, one request out, whatever is configured: ${name}`, { timeout: 60_000 }, async (t) => {
    for (const value of hostile) {
      const { seen, response } = await answerTo(t, withFilters(filters(value)));
      assert.equal(response.status, 200, value);
      assert.equal(seen.length, 1);
      const [{ fields, method, body }] = seen as [ReadRequest];
      assert.deepEqual([method, body], ['GET', '']);
      for (const framing of ['content-length', 'transfer-encoding', 'upgrade']) assert.deepEqual(valuesOf(fields, framing), [], JSON.stringify(value));
    }
  });
}

test('a rewritten path is encoded, and its escapes are kept', { timeout: 60_000 }, async (t) => {
  const rewrite = (value: string): Promise<{ readonly seen: readonly ReadRequest[] }> => answerTo(t, withFilters([{ kind: 'rewrite', path: { kind: 'full', value } }]));
  assert.equal((await rewrite('/caf\u00e9 #1?%20')).seen[0]?.target, '/caf%C3%A9%20%231%3F%20?q');
});

test('one redirect, whatever path is configured', { timeout: 60_000 }, async (t) => {
  for (const value of hostile) {
    const redirect: Action = { kind: 'redirect', status: 302, path: { kind: 'full', value: `/${value}` }, filters: [] };
    const { response, seen } = await answerTo(t, () => redirect);
    assert.equal(response.status, 302);
    assert.equal(seen.length, 0);
    assert.match(valuesOf(response.fields, 'location')[0] as string, /^http:\/\/a\/[\x21-\x7e]*\?q$/);
  }
});
