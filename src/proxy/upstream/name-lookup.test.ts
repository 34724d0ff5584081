import assert from 'node:assert/strict';
import type { LookupAddress } from 'node:dns';
import { type AddressInfo, connect, createServer } from 'node:net';
import { test } from 'node:test';
import { NameLookup } from './name-lookup.ts';

type Told = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** A resolver that answers when the test says so. */
function rig(): { names: NameLookup; asked: Told[]; pass: (ms: number) => void; addresses: () => Promise<string[]> } {
  const asked: Told[] = [];
  let now = 0;
  const names = new NameLookup((_, answer) => { asked.push(answer); }, () => now);
  const addresses = (): Promise<string[]> => new Promise((resolve, reject) => {
    names.lookup('a.test', { all: true }, (error, found) => {
      if (error === null) resolve((found as LookupAddress[]).map(({ address }) => address));
      else reject(error);
    });
  });
  return { names, asked, pass: (ms) => { now += ms; }, addresses };
}

const two = [{ address: '127.0.0.1', family: 4 }, { address: '127.0.0.2', family: 4 }];
const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code, syscall: 'getaddrinfo' });

test('many connections ask once, and each begins with another address', async () => {
  const { asked, addresses } = rig();
  const all = [addresses(), addresses(), addresses()];
  assert.equal(asked.length, 1);
  asked[0]!(null, two);
  assert.deepEqual((await Promise.all(all)).map((it) => it[0]), ['127.0.0.1', '127.0.0.2', '127.0.0.1']);
  assert.deepEqual(await addresses(), ['127.0.0.2', '127.0.0.1']);
  assert.equal(asked.length, 1);
});

test('an answer is used for five seconds', async () => {
  const { asked, addresses, pass } = rig();
  const first = addresses();
  asked[0]!(null, two);
  await first;
  pass(5000);
  const second = addresses();
  assert.equal(asked.length, 2);
  asked[1]!(null, [{ address: '127.0.0.9', family: 4 }]);
  assert.deepEqual(await second, ['127.0.0.9']);
});

test('a passing failure leaves the addresses; a name that is gone does not, and is asked for again at once', async () => {
  const { asked, addresses, pass } = rig();
  const first = addresses();
  asked[0]!(null, two);
  await first;
  pass(6000);
  const second = addresses();
  asked[1]!(failure('EAI_AGAIN'), []);
  assert.equal((await second).length, 2);
  pass(6000);
  const third = addresses();
  asked[2]!(failure('ENOTFOUND'), []);
  await assert.rejects(third, { code: 'ENOTFOUND' });
  const fourth = addresses();
  assert.equal(asked.length, 4);
  asked[3]!(failure('EAI_AGAIN'), []);
  await assert.rejects(fourth, { code: 'EAI_AGAIN' });
});

test('one address is given where one is asked for', async () => {
  const { names, asked } = rig();
  const found = new Promise((resolve) => { names.lookup('a.test', {}, (_, address, family) => resolve([address, family])); });
  asked[0]!(null, two);
  assert.deepEqual(await found, ['127.0.0.1', 4]);
});

test('a connection goes to the next address where one refuses it', { timeout: 20_000 }, async (t) => {
  const server = createServer((socket) => socket.end('here'));
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => server.close());
  const dead = { address: '127.255.255.1', family: 4 };
  const names = new NameLookup((_, answer) => answer(null, [dead, two[0]!]));
  const socket = connect({ host: 'a.test', port: (server.address() as AddressInfo).port, lookup: names.lookup });
  let received = '';
  for await (const piece of socket) received += String(piece);
  assert.equal(received, 'here');
});
