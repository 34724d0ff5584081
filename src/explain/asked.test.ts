import assert from 'node:assert/strict';
import { test } from 'node:test';
import { askedText, readAsked } from './asked.ts';

const written = { method: 'GET', headers: [] };

test('a URL gives host, port, target and server name, as a client would send them', () => {
  const cases = [
    ['http://a.example', 'a.example', 80, '/', ''], ['https://A.Example/x?y=1#z', 'A.Example', 443, '/x?y=1', 'a.example'], ['http://a.example:8080/', 'a.example:8080', 8080, '/', ''],
    ['http://a.example:80/', 'a.example', 80, '/', ''], ['https://[::1]:8443/ü b', '[::1]:8443', 8443, '/%C3%BC%20b', ''], ['https://127.0.0.1/', '127.0.0.1', 443, '/', ''], ['http://a.example?x', 'a.example', 80, '/?x', ''],
  ] as const;
  for (const [url, host, port, target, serverName] of cases) {
    const asked = readAsked({ ...written, url });
    assert.ok(typeof asked !== 'string' && asked.kind === 'request', url);
    assert.deepEqual({ host: asked.request.host, port: asked.port, target: asked.request.target, serverName: asked.request.serverName }, { host, port, target, serverName }, url);
  }
});

test('a header Host sends another host than that of the URL, which says where it goes', () => {
  const asked = readAsked({ ...written, url: 'http://127.0.10.1/cart', headers: [{ name: 'HOST', value: 'shop.example.com' }, { name: 'x', value: '1' }] });
  assert.ok(typeof asked !== 'string' && asked.kind === 'request');
  assert.deepEqual([asked.host, asked.request.host, asked.request.headers], ['127.0.10.1', 'shop.example.com', [{ name: 'x', value: '1' }]]);
  assert.equal(askedText(asked), 'GET http://shop.example.com/cart at 127.0.10.1:80');
});

test('a server name has no trailing dot, and two Host headers are one that no host has', () => {
  const asked = readAsked({ ...written, url: 'https://shop.example.com./', headers: [] });
  assert.ok(typeof asked !== 'string' && asked.kind === 'request');
  assert.deepEqual([asked.request.host, asked.request.serverName], ['shop.example.com.', 'shop.example.com']);
  const twice = readAsked({ ...written, url: 'http://127.0.10.1/', headers: [{ name: 'Host', value: 'a.example' }, { name: 'host', value: 'b.example' }] });
  assert.ok(typeof twice !== 'string' && twice.kind === 'request');
  assert.equal(twice.request.host, 'a.example, b.example');
});

test('connections have a port, and a name only with TLS', () => {
  assert.deepEqual(readAsked({ ...written, url: 'tcp://db:5432' }), { kind: 'connection', scheme: 'tcp', host: 'db', port: 5432, serverName: '' });
  assert.deepEqual(readAsked({ ...written, url: 'tls://DB.example' }), { kind: 'connection', scheme: 'tls', host: 'DB.example', port: 443, serverName: 'db.example' });
  assert.match(String(readAsked({ ...written, url: 'udp://dns' })), /needs a port/);
});

test('what is no URL is said', () => {
  for (const url of ['', 'shop.example.com/cart', 'ftp://x/', 'http:/x', 'http://a b/:x:']) assert.equal(typeof readAsked({ ...written, url }), 'string', url);
  assert.match(String(readAsked({ ...written, url: 'http://x:70000/' })), /between 1 and 65535/);
});
