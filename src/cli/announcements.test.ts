import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ir } from '../ir/index.ts';
import { announcements } from './announcements.ts';
import { UsageError, type Arguments } from './command.ts';

function given(...values: readonly string[]): Arguments {
  return { positionals: [], on: () => false, value: () => values.at(-1), values: () => values };
}

const origin = { group: '', kind: 'Service', namespace: 'default', name: 'db' };
const ir: Ir = {
  sockets: {}, listeners: {}, routes: {}, endpoints: {}, certificates: {},
  backends: { 'service/default/db/5432': { protocol: 'tcp', origin }, 'service/other/db/5432': { protocol: 'tcp', origin }, 'service/default/db/80': { protocol: 'http1', origin } },
};

const quiet = (): void => undefined;

test('a Service port hears of clients, and no other', () => {
  const versions = (announce: (ir: Ir) => Ir): unknown => Object.values(announce(ir).backends).map(({ proxyProtocol }) => proxyProtocol);
  assert.deepEqual(versions(announcements(given('db:5432=v2'), quiet)), ['v2', undefined, undefined]);
  assert.deepEqual(versions(announcements(given('other/db:5432=v1', 'default/db:80=v2'), quiet)), [undefined, 'v1', 'v2']);
  assert.equal(announcements(given(), quiet)(ir), ir);
});

for (const text of ['db', 'db=v1', 'db:5432', 'db:5432=v3', 'a/b/c:1=v1', ':1=v1']) {
  test(`refused: ${text}`, () => assert.throws(() => announcements(given(text), quiet), UsageError));
}

test('a port that no route of layer 4 leads to is said once', () => {
  const said: string[] = [];
  const announce = announcements(given('default/gone:1=v1'), (line) => said.push(line));
  announce(ir);
  announce(ir);
  assert.deepEqual(said, ['--proxy-protocol-to default/gone:1=v1: no TCPRoute or TLSRoute leads to that Service port, so nothing is announced there.']);
});
