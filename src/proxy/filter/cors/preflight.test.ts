import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CorsFilter } from '../../../ir/index.ts';
import { answering, endpoint, forwardTo, rawBackend, serve } from '../../testing/rig.test.ts';

const limit = { timeout: 30_000 };
const cors: CorsFilter = {
  kind: 'cors', origins: ['https://good.test'], methods: ['PUT'], headers: [], exposeHeaders: [], credentials: false, maxAgeSeconds: 5,
};
const request = (method: string, origin: string, more = ''): string => `${method} / HTTP/1.1\r\nHost: a\r\nOrigin: ${origin}\r\n${more}Connection: close\r\n\r\n`;
const preflight = (origin: string): string => request('OPTIONS', origin, 'Access-Control-Request-Method: PUT\r\n');

test('preflights are answered without the backend, allowed or not', limit, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ action: forwardTo('main', [cors]) }] });
  assert.match(await ask(preflight('https://good.test')), /^HTTP\/1\.1 204 No Content\r\n[^]*access-control-allow-origin: https:\/\/good\.test\r\n[^]*\r\n\r\n$/);
  const refused = await ask(preflight('https://evil.test'));
  assert.match(refused, /^HTTP\/1\.1 204 /);
  assert.doesNotMatch(refused, /access-control-allow/);
  assert.equal(backend.wires.length, 0);
});

test('other OPTIONS requests go to the backend', limit, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ action: forwardTo('main', [cors]) }] });
  assert.match(await ask(request('OPTIONS', 'https://good.test')), /^HTTP\/1\.1 200 /);
});

test('what the backend says about origins is replaced', limit, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\ncontent-length: 0\r\n\r\n'));
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] }, routes: [{ action: forwardTo('main', [cors]) }] });
  const allowed = await ask(request('GET', 'https://good.test'));
  assert.deepEqual(allowed.match(/access-control-allow-origin: .*/gi)?.map((it) => it.trim()), ['access-control-allow-origin: https://good.test']);
  assert.doesNotMatch(await ask(request('GET', 'https://evil.test')), /access-control-allow-origin/i);
});

test('an allowed origin may read why the gateway refused', limit, async (t) => {
  const { ask } = await serve(t, { backends: { main: [] }, routes: [{ action: forwardTo('main', [cors]) }] });
  assert.match(await ask(request('GET', 'https://good.test')), /^HTTP\/1\.1 503 [^]*access-control-allow-origin: https:\/\/good\.test/);
});

test('redirects and fixed answers of the rule carry it too; a preflight is never redirected', limit, async (t) => {
  const { ask } = await serve(t, { routes: [{ action: { kind: 'redirect', status: 302, hostname: 'b', filters: [cors] } }] });
  assert.match(await ask(request('GET', 'https://good.test')), /^HTTP\/1\.1 302 [^]*access-control-allow-origin: https:\/\/good\.test/);
  assert.match(await ask(preflight('https://good.test')), /^HTTP\/1\.1 204 /);
});

test('a filter of one target counts for that target', limit, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'));
  const { ask } = await serve(t, {
    backends: { main: [endpoint(backend.port)] },
    routes: [{ action: { kind: 'forward', filters: [], targets: [{ weight: 1, to: { kind: 'backend', backend: 'main' }, filters: [cors] }] } }],
  });
  assert.match(await ask(preflight('https://good.test')), /^HTTP\/1\.1 204 /);
  assert.match(await ask(request('GET', 'https://good.test')), /access-control-allow-origin: https:\/\/good\.test/);
});
