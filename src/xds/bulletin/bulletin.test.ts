import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { AdsServer, Bulletin, BulletinReader, selfSigned } from '../index.ts';

const { certificate, key } = selfSigned(['control.test'], 1, new Date());
const stranger = selfSigned(['control.test'], 1, new Date());
const limit = { timeout: 30_000 };

interface Serving {
  readonly bulletin: Bulletin;
  readonly server: AdsServer;
  readonly port: number;
}

async function serve(t: TestContext, port = 0, bulletin = new Bulletin()): Promise<Serving> {
  const server = new AdsServer({
    key, certificate, typeUrl: 'test', mayRead: () => Promise.resolve(false), onSettled: assert.fail, onClients: assert.fail, onTrouble: () => undefined,
    bulletin: { of: bulletin, mayRead: (token) => token === 'good' },
  });
  const opened = await server.listen(port, '127.0.0.1');
  t.after(() => server.close());
  return { bulletin, server, port: opened };
}

/** What a reader hears, in order: `key=text`, `-key`, `lost`, `trouble: …`. */
function read(t: TestContext, port: number, { token = 'good', authority = certificate } = {}): { next(): Promise<string> } {
  const had: string[] = [];
  let wake: (() => void) | undefined;
  const tell = (text: string): void => {
    had.push(text);
    wake?.();
  };
  const reader = new BulletinReader({
    server: `127.0.0.1:${port}`, serverName: 'control.test', authority: () => authority, token: () => token,
    onTold: (name, text) => tell(text === undefined ? `-${name}` : `${name}=${text}`), onLost: () => tell('lost'), onTrouble: (message) => tell(`trouble: ${message}`),
  });
  void reader.run();
  t.after(() => reader.stop());
  return {
    async next() {
      while (had.length === 0) await new Promise<void>((resolve) => { wake = resolve; });
      return had.shift()!;
    },
  };
}

test('a reader hears what there is, and then what changes', limit, async (t) => {
  const { bulletin, port } = await serve(t);
  bulletin.set('a', '1');
  bulletin.set('b', 'two\nlines');
  const heard = read(t, port);
  assert.deepEqual([await heard.next(), await heard.next()], ['a=1', 'b=two\nlines']);
  bulletin.set('a', '1');
  bulletin.set('b', undefined);
  bulletin.set('never', undefined);
  bulletin.set('c', '3');
  assert.deepEqual([await heard.next(), await heard.next()], ['-b', 'c=3']);
});

test('a reader that is slow gets the newest, whole', limit, async (t) => {
  const { bulletin, port } = await serve(t);
  const long = 'x'.repeat(200_000);
  bulletin.set('first', long);
  const heard = read(t, port);
  await heard.next();
  for (let i = 0; i < 200; i++) for (const name of ['a', 'b']) bulletin.set(name, `${i} ${long}`);
  let told = 0;
  for (const seen = new Set<string>(); seen.size < 2; told++) {
    const text = await heard.next();
    if (text.slice(2).startsWith('199 ')) seen.add(text[0]!);
    assert.match(text, /^[ab]=\d+ x{200000}$/);
  }
  assert.ok(told < 400, `${told} of 400`);
});

test('a server that ends is lost, and heard again when it comes back', limit, async (t) => {
  const { bulletin, server, port } = await serve(t);
  bulletin.set('a', '1');
  const heard = read(t, port);
  await heard.next();
  await server.close();
  let said = await heard.next();
  while (said !== 'lost') said = await heard.next();
  await serve(t, port, bulletin);
  while (said !== 'a=1') said = await heard.next();
});

test('nobody reads it with a wrong token, and nobody believes a server that is not vouched for', limit, async (t) => {
  const { bulletin, port } = await serve(t);
  bulletin.set('a', '1');
  assert.match(await read(t, port, { token: 'bad' }).next(), /^trouble: the controller at 127\.0\.0\.1:\d+: it answers 403$/);
  assert.match(await read(t, port, { authority: stranger.certificate }).next(), /^trouble: .*certificate/);
});
