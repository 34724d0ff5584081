import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type IncomingHttpHeaders } from 'node:http2';
import { test } from 'node:test';
import { startHttpEcho } from './echo-server.ts';
import { startGrpcEcho } from './grpc-echo.ts';

const identity = { app: 'x', version: 'v1', pod: 'x-1', namespace: 'default', fixtures: new Map() };

test('a gRPC pod answers calls of Echo methods in protobuf; others are not implemented', { timeout: 20_000 }, async (t) => {
  const server = await startGrpcEcho(identity);
  t.after(() => server.close());
  const session = connect(`http://127.0.0.1:${server.port}`);
  t.after(() => session.close());
  const call = async (path: string): Promise<{ headers: IncomingHttpHeaders; trailers: IncomingHttpHeaders; body: Buffer }> => {
    const stream = session.request({ ':method': 'POST', ':path': path, ':authority': 'a', 'content-type': 'application/grpc', 'x-a': 'b' });
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.end(Buffer.alloc(5));
    const ended = Promise.all([once(stream, 'response'), once(stream, 'trailers'), once(stream, 'close')]);
    const [[headers], [trailers]] = await ended as [[IncomingHttpHeaders], [IncomingHttpHeaders], unknown];
    return { headers, trailers, body: Buffer.concat(pieces) };
  };
  const echoed = await call('/p.S/Echo');
  assert.deepEqual([echoed.headers['x-echo-pod'], echoed.trailers['grpc-status']], ['x-1', '0']);
  assert.equal(echoed.body.readUInt32BE(1), echoed.body.length - 5);
  // Field 1 of the response holds field 1, the method, and at its end field 4 with the namespace (1) and the pod (4).
  const message = echoed.body.subarray(5).toString('latin1');
  assert.ok(message.startsWith(`\x0a${String.fromCharCode(message.length - 2)}\x0a\x09/p.S/Echo`));
  assert.ok(message.includes('\x12\x08\x0a\x03x-a\x12\x01b'));
  assert.ok(message.endsWith('\x1a\x01a\x22\x0e\x0a\x07default\x22\x03x-1'));
  const unknown = await call('/p.S/Other');
  assert.deepEqual([unknown.trailers['grpc-status'], unknown.body.length], ['12', 0]);
});

test('an HTTP pod answers HTTP/2 by prior knowledge and HTTP/1.1 on one port', { timeout: 20_000 }, async (t) => {
  const server = await startHttpEcho(identity);
  t.after(() => server.close());
  const session = connect(`http://127.0.0.1:${server.port}`);
  const stream = session.request({ ':path': '/a?b=c', ':authority': 'a.test', 'x-a': 'b' }).setEncoding('utf8');
  let text = '';
  for await (const piece of stream) text += String(piece);
  const { path, host, proto, headers } = JSON.parse(text) as { [name: string]: unknown };
  assert.deepEqual({ path, host, proto, headers }, { path: '/a?b=c', host: 'a.test', proto: 'HTTP/2.0', headers: { 'X-A': ['b'] } });
  const older = await fetch(`http://127.0.0.1:${server.port}/`);
  assert.equal((await older.json() as { proto: string }).proto, 'HTTP/1.1');
});
