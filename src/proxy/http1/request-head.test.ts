import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toOptions } from '../options.ts';
import { RequestHead } from './request-head.ts';

const { limits } = toOptions({ limits: { urlBytes: 100, headBytes: 2000, headerCount: 10 } });

function causeOf(text: string): string | undefined {
  return new RequestHead().read(text, 0, limits);
}

function read(text: string): RequestHead {
  const head = new RequestHead();
  assert.equal(head.read(text, 0, limits), undefined, text);
  return head;
}

const refusedLines: readonly (readonly [line: string, cause: string])[] = [
  ['', 'bad-request-line'],
  ['GET', 'bad-request-line'],
  ['GET /', 'bad-request-line'],
  [' GET / HTTP/1.1', 'bad-request-line'],
  ['\tGET / HTTP/1.1', 'bad-request-line'],
  ['GET  / HTTP/1.1', 'bad-target'],
  ['GET /  HTTP/1.1', 'bad-request-line'],
  ['GET / HTTP/1.1 ', 'bad-request-line'],
  ['GET / HTTP/1.1\t', 'bad-request-line'],
  ['GET\t/ HTTP/1.1', 'bad-request-line'],
  ['GET /\tHTTP/1.1', 'bad-request-line'],
  ['GET / http/1.1', 'bad-request-line'],
  ['GET / HTTP/11', 'bad-request-line'],
  ['GET / HTTP/1.10', 'bad-request-line'],
  ['GET / HTTP/1', 'bad-request-line'],
  ['GET / XTTP/1.1', 'bad-request-line'],
  ['GET / HTTP/2.0', 'bad-version'],
  ['GET / HTTP/0.9', 'bad-version'],
  ['GET / HTTP/1.2', 'bad-version'],
  ['PRI * HTTP/2.0', 'bad-version'],
  ['G@T / HTTP/1.1', 'bad-request-line'],
  ['GET\0 / HTTP/1.1', 'bad-request-line'],
  ['GÉT / HTTP/1.1', 'bad-request-line'],
  ['GET /\0 HTTP/1.1', 'bad-target'],
  ['GET /a#b HTTP/1.1', 'bad-target'],
  ['GET /?a#b HTTP/1.1', 'bad-target'],
  ['GET /a\\b HTTP/1.1', 'bad-target'],
  ['GET /a"b HTTP/1.1', 'bad-target'],
  ['GET /<a> HTTP/1.1', 'bad-target'],
  ['GET /\xe9 HTTP/1.1', 'bad-target'],
  ['GET /\x7f HTTP/1.1', 'bad-target'],
  ['GET /%00 HTTP/1.1', 'bad-target'],
  ['GET /%zz HTTP/1.1', 'bad-target'],
  ['GET /a% HTTP/1.1', 'bad-target'],
  ['GET /..%2fetc HTTP/1.1', 'bad-target'],
  ['GET /a%5C../b HTTP/1.1', 'bad-target'],
  ['GET a HTTP/1.1', 'bad-target'],
  ['GET * HTTP/1.1', 'bad-target'],
  ['OPTIONS *a HTTP/1.1', 'bad-target'],
  ['GET ftp://a/ HTTP/1.1', 'bad-target'],
  ['GET http:// HTTP/1.1', 'bad-target'],
  ['GET http:///a HTTP/1.1', 'bad-target'],
  ['GET http://user@a/ HTTP/1.1', 'bad-target'],
  ['GET http://a:99999/ HTTP/1.1', 'bad-target'],
  ['CONNECT a:443 HTTP/1.1', 'connect-refused'],
  [`GET /${'a'.repeat(100)} HTTP/1.1`, 'url-too-long'],
];

const refusedFields: readonly (readonly [fields: string, cause: string])[] = [
  ['host : a\r\n', 'bad-field'],
  ['host\t: a\r\n', 'bad-field'],
  [' host: a\r\n', 'bad-field'],
  ['host: a\r\n b\r\n', 'bad-field'],
  ['host: a\r\nx: 1\r\n\t2\r\n', 'bad-field'],
  ['host: a\nx: 1\r\n', 'bad-field'],
  ['host: a\r\nx: 1\n', 'bad-field'],
  ['host: a\r\nx: 1\rb\r\n', 'bad-field'],
  ['host: a\r\nx: 1\0\r\n', 'bad-field'],
  ['host: a\r\nx: 1\x01\r\n', 'bad-field'],
  ['host: a\r\nx: \x7f\r\n', 'bad-field'],
  ['host: a\r\n: b\r\n', 'bad-field'],
  ['host: a\r\nx\r\n', 'bad-field'],
  ['host: a\r\nx y: 1\r\n', 'bad-field'],
  ['host: a\r\nx\0: 1\r\n', 'bad-field'],
  ['host: a\r\n(x): 1\r\n', 'bad-field'],
  ['host: a\r\nconnection: a b\r\n', 'bad-field'],
  ['', 'bad-host'],
  ['x: a\r\n', 'bad-host'],
  ['host: a\r\nhost: a\r\n', 'bad-host'],
  ['host: a\r\nHOST: b\r\n', 'bad-host'],
  ['host:\r\n', 'bad-host'],
  ['host: a, b\r\n', 'bad-host'],
  ['host: a b\r\n', 'bad-host'],
  ['host: a/b\r\n', 'bad-host'],
  ['host: user@a\r\n', 'bad-host'],
  ['host: a:b\r\n', 'bad-host'],
  ['host: a:80:80\r\n', 'bad-host'],
  ['host: a:65536\r\n', 'bad-host'],
  ['host: [::1\r\n', 'bad-host'],
  ['host: []\r\n', 'bad-host'],
  ['host: a%00b\r\n', 'bad-host'],
  ['host: a\r\ncontent-length: 1\r\ncontent-length: 1\r\n', 'bad-length'],
  ['host: a\r\ncontent-length: 1\r\ncontent-length: 01\r\n', 'bad-length'],
  ['host: a\r\ncontent-length: 1, 1\r\n', 'bad-length'],
  ['host: a\r\ncontent-length:\r\n', 'bad-length'],
  ['host: a\r\ncontent-length: +1\r\n', 'bad-length'],
  ['host: a\r\ncontent-length: -1\r\n', 'bad-length'],
  ['host: a\r\ncontent-length: 0x1\r\n', 'bad-length'],
  ['host: a\r\ncontent-length: 1.0\r\n', 'bad-length'],
  ['host: a\r\ncontent-length: 1 1\r\n', 'bad-length'],
  ['host: a\r\ncontent-length: 9999999999999999\r\n', 'bad-length'],
  ['host: a\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n', 'length-and-coding'],
  ['host: a\r\ntransfer-encoding: chunked\r\ncontent-length: 1\r\n', 'length-and-coding'],
  ['host: a\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: chunked, chunked\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: chunked, identity\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: identity, chunked\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: identity\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: xchunked\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: "chunked"\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: chunked;a=b\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding:\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: ,chunked\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: gzip\r\n', 'bad-transfer-coding'],
  ['host: a\r\ntransfer-encoding: gzip, chunked\r\n', 'unknown-transfer-coding'],
  ['host: a\r\nexpect: 200-ok\r\n', 'unknown-expectation'],
  [`host: a\r\n${'x: y\r\n'.repeat(10)}`, 'too-many-fields'],
  [`host: a\r\nx: ${'y'.repeat(2000)}\r\n`, 'head-too-large'],
];

test('malformed request lines are refused', () => {
  for (const [line, cause] of refusedLines) assert.equal(causeOf(`${line}\r\nhost: a\r\n\r\n`), cause, JSON.stringify(line));
});

test('malformed fields and ambiguous framing are refused', () => {
  for (const [fields, cause] of refusedFields) assert.equal(causeOf(`POST / HTTP/1.1\r\n${fields}\r\n`), cause, JSON.stringify(fields));
});

test('transfer codings are refused in HTTP/1.0', () => {
  assert.equal(causeOf('POST / HTTP/1.0\r\nhost: a\r\ntransfer-encoding: chunked\r\n\r\n'), 'bad-transfer-coding');
});

test('a usual head is read', () => {
  const head = read('POST /a/b.c?d=e&f=%20 HTTP/1.1\r\nHost: Example.com:8080\r\nContent-Length: 12\r\nX-Empty:\r\nX-A: 1 \t\r\nx-a:2\r\n\r\n');
  assert.equal(head.method, 'POST');
  assert.equal(head.path, '/a/b.c');
  assert.equal(head.query, '?d=e&f=%20');
  assert.equal(head.host, 'Example.com:8080');
  assert.equal(head.contentLength, 12);
  assert.equal(head.header('x-a'), '1,2');
  assert.equal(head.header('x-empty'), '');
  assert.equal(head.header('x-b'), undefined);
  assert.equal(head.connection.close, false);
});

test('the absolute form wins over Host', () => {
  const head = read('GET HTTP://b.example:81/x?y HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.equal(head.host, 'b.example:81');
  assert.equal(head.path, '/x');
  assert.equal(head.query, '?y');
  assert.equal(read('GET http://b HTTP/1.1\r\nHost: a\r\n\r\n').path, '/');
  assert.equal(read('GET http://b?q HTTP/1.1\r\nHost: a\r\n\r\n').query, '?q');
});

test('dot segments are resolved before routes see the path', () => {
  const cases = [
    ['/a/../b', '/b'], ['/a/./b', '/a/b'], ['/..', '/'], ['/../../b', '/b'], ['/a/%2e%2E/b', '/b'], ['/a/.', '/a/'], ['/a/..', '/'],
    ['/a/b/..', '/a/'], ['/.hidden', '/.hidden'], ['/a/...', '/a/...'], ['//a', '//a'], ['/a%2Fb', '/a%2Fb'], ['/a/.%2e', '/'],
  ];
  for (const [sent, path] of cases) assert.equal(read(`GET ${sent} HTTP/1.1\r\nhost: a\r\n\r\n`).path, path, sent);
});

test('HTTP/1.0 needs no Host and always closes', () => {
  const head = read('GET / HTTP/1.0\r\nconnection: keep-alive\r\n\r\n');
  assert.equal(head.host, '');
  assert.equal(head.connection.close, true);
});

test('an upgrade needs both headers and a protocol that may pass', () => {
  const upgradeOf = (fields: string): string => read(`GET / HTTP/1.1\r\nhost: a\r\n${fields}\r\n`).upgrade;
  assert.equal(upgradeOf('connection: keep-alive, Upgrade\r\nupgrade: websocket\r\n'), 'websocket');
  assert.equal(upgradeOf('upgrade: websocket\r\n'), '');
  assert.equal(upgradeOf('connection: upgrade\r\n'), '');
  assert.equal(upgradeOf('connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAA\r\n'), '');
  assert.equal(upgradeOf('connection: upgrade\r\nupgrade: TLS/1.0\r\n'), '');
  assert.equal(upgradeOf('connection: upgrade\r\nupgrade: websocket, h2c\r\n'), '');
});
