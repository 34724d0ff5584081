/** Session persistence through a real Envoy; skipped where there is none. */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { after, test, type TestContext } from 'node:test';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { envoyKind } from './harness/envoy-data-plane.ts';
import { World } from './harness/world.ts';

const binary = envoyBinary();
const limit = { timeout: 60_000, skip: binary === undefined ? howToGetEnvoy : false };
const envoy = envoyKind(binary ?? '');
after(() => envoy.stop());

async function worldOf(t: TestContext, sessionPersistence: object): Promise<World> {
  const rule = { sessionPersistence, backendRefs: [{ name: 'a', port: 80 }] };
  const manifests = [{ kind: 'HTTPRoute', metadata: { name: 'r' }, spec: { parentRefs: [{ name: 'gw' }], rules: [rule] } }];
  const world = await World.start({ about: '', spec: '', manifests, backends: { a: { pods: 3 } }, steps: [] }, envoy);
  t.after(() => world.stop());
  assert.deepEqual(world.errors, []);
  return world;
}

interface Got {
  readonly pod: string;
  readonly cookie: string | undefined;
  readonly session: string | undefined;
}

function get(world: World, headers: Readonly<Record<string, string>> = {}): Promise<Got> {
  const { address, port } = world.placeOf(undefined);
  return new Promise((resolve, reject) => {
    request({ host: address, port, headers: { host: 'example.test', ...headers }, agent: false }, (response) => {
      let pod = '';
      response.setEncoding('latin1').on('data', (piece: string) => { pod += piece; });
      response.on('end', () => resolve({ pod, cookie: response.headers['set-cookie']?.[0], session: response.headers['x-session'] as string | undefined }));
    }).on('error', reject).end();
  });
}

async function strangers(world: World): Promise<number> {
  const pods = new Set<string>();
  for (let i = 0; i < 30; i++) pods.add((await get(world)).pod);
  return pods.size;
}

test('a client with its cookie comes to the same pod, one without to any', limit, async (t) => {
  const world = await worldOf(t, { cookie: { name: 'sticky' } });
  const first = await get(world);
  assert.match(first.cookie ?? '', /^sticky="?[\w+/=-]+"?; Path=\/; SameSite=Strict; HttpOnly$/);
  const cookie = first.cookie!.split(';')[0]!;
  for (let i = 0; i < 20; i++) assert.deepEqual(await get(world, { cookie: `theme=dark; ${cookie}` }), { pod: first.pod, cookie: undefined, session: undefined });
  assert.equal(await strangers(world), 3);
});

test('a permanent cookie has the age of the session', limit, async (t) => {
  const world = await worldOf(t, { absoluteTimeout: '5m', cookie: { name: 'sticky', lifetimeType: 'Permanent' } });
  const { cookie = '', pod } = await get(world);
  assert.match(cookie, /; Max-Age=300;/);
  for (let i = 0; i < 9; i++) assert.equal((await get(world, { cookie: cookie.split(';')[0]! })).pod, pod);
});

test('a session that is over is no session', limit, async (t) => {
  const world = await worldOf(t, { absoluteTimeout: '1ms', cookie: { name: 'sticky' } });
  const { cookie = '' } = await get(world);
  for (;;) if ((await get(world, { cookie: cookie.split(';')[0]! })).cookie !== undefined) return;
});

test('type Header: the client brings back the field', limit, async (t) => {
  const world = await worldOf(t, { type: 'Header', header: { name: 'X-Session' } });
  const first = await get(world);
  assert.match(first.session ?? '', /./);
  for (let i = 0; i < 20; i++) assert.equal((await get(world, { 'x-session': first.session! })).pod, first.pod);
  assert.equal(await strangers(world), 3);
});
