import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ResponseHead } from './response-head.ts';

function read(text: string, toHead = false): ResponseHead | undefined {
  const head = new ResponseHead();
  return head.read(text, 0, { headerCount: 10, toHead }) ? head : undefined;
}

test('malformed and ambiguous responses are refused', () => {
  const refused = [
    'HTTP/1.1 200 OK\r\nx : 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nx: 1\n\r\n\r\n',
    'HTTP/1.1 200 OK\nx: 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\nx: 1\r\n y\r\n\r\n',
    'HTTP/1.1 200 OK\r\nx: \0\r\n\r\n',
    'HTTP/2.0 200 OK\r\n\r\n',
    'HTTP/1.2 200 OK\r\n\r\n',
    'HTTP/1.1  200 OK\r\n\r\n',
    'HTTP/1.1 20 OK\r\n\r\n',
    'HTTP/1.1 2000 OK\r\n\r\n',
    'HTTP/1.1 099 OK\r\n\r\n',
    'HTTP/1.1 2x0 OK\r\n\r\n',
    'HTTP/1.1 200 O\0K\r\n\r\n',
    'http/1.1 200 OK\r\n\r\n',
    ' HTTP/1.1 200 OK\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1, 1\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n',
    'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip, chunked\r\n\r\n',
    'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntransfer-encoding: chunked\r\n\r\n',
    'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n',
    `HTTP/1.1 200 OK\r\n${'x: y\r\n'.repeat(11)}\r\n`,
  ];
  for (const text of refused) assert.equal(read(text), undefined, JSON.stringify(text));
});

test('framing follows RFC 9112 section 6.3', () => {
  const framingOf = (text: string, toHead = false): string | undefined => read(text, toHead)?.framing;
  assert.equal(framingOf('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n'), 'length');
  assert.equal(framingOf('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n'), 'none');
  assert.equal(framingOf('HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n'), 'chunked');
  assert.equal(framingOf('HTTP/1.1 200 OK\r\n\r\n'), 'close');
  assert.equal(framingOf('HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\n', true), 'none');
  assert.equal(framingOf('HTTP/1.1 304 Not Modified\r\ncontent-length: 5\r\n\r\n'), 'none');
  assert.equal(framingOf('HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n'), 'none');
  assert.equal(framingOf('HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n'), 'none');
});

test('status, version and connection options are read', () => {
  const head = read('HTTP/1.0 404\r\nkeep-alive: timeout=5, max=9\r\ndate: x\r\n\r\n');
  assert.equal(head?.status, 404);
  assert.equal(head?.minor, 0);
  assert.equal(head?.verbatim, false);
  assert.equal(head?.hasDate, true);
  assert.equal(head?.keepAliveSeconds, 5);
  assert.equal(head?.connection.close, true);
  assert.equal(read('HTTP/1.1 200 OK\r\nConnection: Close, x-a\r\n\r\n')?.connection.close, true);
});
