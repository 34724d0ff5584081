import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { AdsClient, AdsServer, selfSigned, type DeltaResponse, type ResourceSet, type Settled } from './index.ts';

const typeUrl = 'type.googleapis.com/test.Entry';
const { certificate, key } = selfSigned(['127.0.0.1'], 1, new Date());
const stranger = selfSigned(['127.0.0.1'], 1, new Date());

function setOf(entries: Readonly<Record<string, string>>): ResourceSet {
  return { resources: new Map(Object.entries(entries).map(([name, text]) => [name, { name, version: `v-${text}`, bytes: Buffer.from(text) }])) };
}

/** Waits for things that are told one after the other. */
class Told<T> {
  readonly #had: T[] = [];
  #wake: (() => void) | undefined;

  tell(one: T): void {
    this.#had.push(one);
    this.#wake?.();
  }

  async next(): Promise<T> {
    while (this.#had.length === 0) await new Promise<void>((resolve) => { this.#wake = resolve; });
    return this.#had.shift()!;
  }
}

async function serve(t: TestContext, tokens: Readonly<Record<string, string>> = { good: 'ns/gw' }): Promise<{ server: AdsServer; address: string; settled: Told<[string, Settled]> }> {
  const settled = new Told<[string, Settled]>();
  const server = new AdsServer({
    key, certificate, typeUrl, mayRead: (token, group) => Promise.resolve(tokens[token] === group),
    onSettled: (group, _, it) => settled.tell([group, it]), onClients: () => undefined, onTrouble: () => undefined,
  });
  const port = await server.listen(0, '127.0.0.1');
  t.after(() => server.close());
  return { server, address: `https://127.0.0.1:${port}`, settled };
}

interface Following {
  readonly changes: Told<DeltaResponse>;
  readonly troubles: Told<string>;
  readonly client: AdsClient;
}

function follow(t: TestContext, address: string, { token = 'good', authority = certificate, versions = new Map<string, string>(), refuse = '' } = {}): Following {
  const [changes, troubles] = [new Told<DeltaResponse>(), new Told<string>()];
  const client = new AdsClient({
    server: address, typeUrl, nodeId: 'ns/gw#pod', authority: () => authority, token: () => token, versions: () => versions,
    take(change) {
      changes.tell(change);
      return Promise.resolve(refuse === '' ? undefined : refuse);
    },
    onTrouble: (message) => troubles.tell(message),
  });
  void client.run();
  t.after(() => client.stop());
  return { changes, troubles, client };
}

function printed({ resources, removed }: DeltaResponse): string {
  return [...resources.map((it) => `+${it.name}=${it.bytes.toString()}`), ...removed.map((it) => `-${it}`)].sort().join(' ');
}

const limit = { timeout: 30_000 };

test('a client gets everything, then what changes, and says that it took it', limit, async (t) => {
  const { server, address, settled } = await serve(t);
  const first = setOf({ a: '1', b: '2' });
  server.publish('ns/gw', first);
  const { changes } = follow(t, address);
  assert.equal(printed(await changes.next()), '+a=1 +b=2');
  assert.deepEqual(await settled.next(), ['ns/gw', { set: first, error: undefined }]);
  server.publish('ns/gw', setOf({ a: '1', b: '3', c: '4' }));
  assert.equal(printed(await changes.next()), '+b=3 +c=4');
  await settled.next();
  server.publish('ns/gw', setOf({ c: '4' }));
  assert.equal(printed(await changes.next()), '-a -b');
});

test('a client that comes back gets what it does not have yet', limit, async (t) => {
  const { server, address } = await serve(t);
  server.publish('ns/gw', setOf({ a: '1', b: '2' }));
  const { changes } = follow(t, address, { versions: new Map([['a', 'v-1'], ['b', 'v-old'], ['gone', 'v-0']]) });
  assert.equal(printed(await changes.next()), '+b=2 -gone');
});

test('what a client refuses is told with its reason, and the next change comes all the same', limit, async (t) => {
  const { server, address, settled } = await serve(t);
  server.publish('ns/gw', setOf({ a: '1' }));
  const { changes } = follow(t, address, { refuse: 'port taken' });
  await changes.next();
  assert.equal((await settled.next())[1].error, 'port taken');
  server.publish('ns/gw', setOf({ a: '2' }));
  assert.equal(printed(await changes.next()), '+a=2');
});

test('while an answer is awaited changes are gathered into one', limit, async (t) => {
  const { server, address, settled } = await serve(t);
  server.publish('ns/gw', setOf({ a: '1' }));
  const { changes } = follow(t, address);
  await changes.next();
  for (let i = 2; i < 50; i++) server.publish('ns/gw', setOf({ a: String(i) }));
  await settled.next();
  const last = await changes.next();
  assert.equal(printed(last), '+a=49');
});

test('nobody gets the configuration of another Gateway, or any without a token that is good', limit, async (t) => {
  const { server, address } = await serve(t, { good: 'ns/other' });
  server.publish('ns/gw', setOf({ a: '1' }));
  for (const token of ['good', 'unknown']) {
    const { troubles } = follow(t, address, { token });
    assert.match(await troubles.next(), /^the control plane at https:/);
  }
});

test('a client does not follow a server that its authority does not vouch for', limit, async (t) => {
  const { server, address } = await serve(t);
  server.publish('ns/gw', setOf({ a: '1' }));
  const { troubles } = follow(t, address, { authority: stranger.certificate });
  assert.match(await troubles.next(), /certificate/);
});

test('a client goes on with the next server at the same place', limit, async (t) => {
  const { server, address } = await serve(t);
  server.publish('ns/gw', setOf({ a: '1' }));
  const { changes } = follow(t, address);
  await changes.next();
  await server.close();
  const second = new AdsServer({ key, certificate, typeUrl, mayRead: () => Promise.resolve(true), onSettled: () => undefined, onClients: () => undefined, onTrouble: () => undefined });
  t.after(() => second.close());
  second.publish('ns/gw', setOf({ a: '2' }));
  await second.listen(Number(new URL(address).port), '127.0.0.1');
  assert.equal(printed(await changes.next()), '+a=2');
});
