import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CorsFilter } from '../../../ir/index.ts';
import { compileCors, type Cors, corsEdit, isPreflight, preflightLines } from './cors.ts';
import { compileOrigins } from './origins.ts';

const strict: CorsFilter = {
  kind: 'cors', origins: ['https://www.foo.com', 'https://*.bar.com'], methods: ['GET', 'OPTIONS'], headers: ['x-1', 'x-2'],
  exposeHeaders: ['x-3', 'x-4'], credentials: true, maxAgeSeconds: 3600,
};
const open: CorsFilter = { kind: 'cors', origins: ['*'], methods: ['*'], headers: ['*'], exposeHeaders: ['*'], credentials: false, maxAgeSeconds: 5 };

const compiled = (filter: CorsFilter): Cors => compileCors([filter]) as Cors;

const request = (headers: Record<string, string>, method = 'OPTIONS') => ({ method, header: (name: string): string | undefined => headers[name] });

test('exact origins, with the ports that schemes imply', () => {
  const allows = compileOrigins(['https://www.foo.com', 'http://a.test:80', 'http://b.test:8080']);
  for (const origin of ['https://www.foo.com', 'https://WWW.foo.com', 'https://www.foo.com:443', 'http://a.test', 'http://b.test:8080']) assert.ok(allows(origin), origin);
  for (const origin of ['http://www.foo.com', 'https://foo.com', 'https://www.foo.com:8443', 'http://b.test', 'https://www.foo.com.evil.test', 'null', '']) assert.ok(!allows(origin), origin);
});

test('a star takes any number of labels, at least one character, and nothing but a host', () => {
  const allows = compileOrigins(['https://*.bar.com', 'http://*', 'https://*.dev.*.test:8443']);
  for (const origin of ['https://www.bar.com', 'https://xpto.www.bar.com', 'http://anything', 'https://a.dev.b.test:8443']) assert.ok(allows(origin), origin);
  for (const origin of ['https://bar.com', 'https://.bar.com', 'https://evil.test/.bar.com', 'https://evil.test:1.bar.com', 'https://u@x.bar.com', 'http://anything:81', 'https://a.dev.test:8443']) {
    assert.ok(!allows(origin), origin);
  }
});

test('a star alone allows everything, even null', () => {
  const allows = compileOrigins(['*']);
  assert.ok(allows('https://x.test:12345') && allows('null'));
});

test('no origins allow none', () => {
  assert.equal(compileOrigins([])('https://a.test'), false);
});

test('a preflight has an origin and asks for a method', () => {
  assert.ok(isPreflight(request({ origin: 'https://a.test', 'access-control-request-method': 'PUT' })));
  assert.ok(!isPreflight(request({ origin: 'https://a.test' })));
  assert.ok(!isPreflight(request({ 'access-control-request-method': 'PUT' })));
  assert.ok(!isPreflight(request({ origin: 'https://a.test', 'access-control-request-method': 'PUT' }, 'GET')));
});

test('the answer to a preflight lists what is configured', () => {
  const lines = preflightLines(compiled(strict), request({ origin: 'https://www.bar.com', 'access-control-request-method': 'GET' }));
  assert.equal(lines, [
    'access-control-allow-origin: https://www.bar.com', 'access-control-allow-credentials: true', 'access-control-expose-headers: x-3, x-4',
    'access-control-allow-methods: GET, OPTIONS', 'access-control-allow-headers: x-1, x-2', 'access-control-max-age: 3600',
    'vary: origin, access-control-request-method, access-control-request-headers', '',
  ].join('\r\n'));
});

test('a refused origin gets nothing but vary', () => {
  const lines = preflightLines(compiled(strict), request({ origin: 'https://foobar.com', 'access-control-request-method': 'GET' }));
  assert.doesNotMatch(lines, /access-control-allow|max-age/);
});

test('stars are answered with what was asked for, and left out where nothing was', () => {
  const asked = request({ origin: 'https://a.test', 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-9' });
  assert.match(preflightLines(compiled(open), asked), /allow-origin: \*\r\n.*expose-headers: \*\r\n.*allow-methods: PUT\r\n.*allow-headers: x-9\r\n/s);
  const bare = request({ origin: 'https://a.test', 'access-control-request-method': 'PUT' });
  assert.doesNotMatch(preflightLines(compiled(open), bare), /allow-headers/);
});

test('with credentials no star is written', () => {
  const lines = preflightLines(compiled({ ...open, credentials: true }), request({ origin: 'https://a.test', 'access-control-request-method': 'PUT' }));
  assert.match(lines, /allow-origin: https:\/\/a\.test\r\n.*allow-credentials: true/s);
  assert.doesNotMatch(lines, /\*/);
});

test('other requests: the backend has no say about origins, the own edit stays', () => {
  const own = { names: ['x-old'], lines: 'x-new: 1\r\n' };
  const edit = corsEdit(compiled(strict), request({ origin: 'https://www.foo.com' }, 'GET'), own);
  assert.ok(edit.names.includes('access-control-allow-origin') && edit.names.includes('x-old'));
  assert.match(edit.lines, /^x-new: 1\r\naccess-control-allow-origin: https:\/\/www\.foo\.com\r\n.*vary: origin\r\n$/s);
  for (const headers of [{ origin: 'https://foobar.com' }, {}]) {
    assert.equal(corsEdit(compiled(strict), request(headers, 'GET'), undefined).lines, 'vary: origin\r\n');
  }
});

test('an answer that is the same for all needs no vary', () => {
  assert.doesNotMatch(corsEdit(compiled(open), request({ origin: 'https://a.test' }, 'GET'), undefined).lines, /vary/);
});
