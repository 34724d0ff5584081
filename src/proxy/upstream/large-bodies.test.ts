import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { endpoint, eventually, serve } from '../testing/rig.test.ts';

const limit = { timeout: 60_000 };
const size = 3_000_000;

/** Bytes that differ everywhere and between numbers, so that any mix-up shows. */
function bodyOf(number: number): Buffer {
  const body = Buffer.alloc(size);
  for (let i = 0; i + 4 <= size; i += 4) body.writeUInt32LE((i * 31 + number * 0x9e3779b1) >>> 0, i);
  return body;
}

const hash = (bytes: Buffer): string => createHash('sha1').update(bytes).digest('hex');

type Answer = (response: ServerResponse, body: Buffer) => void;
/** The ways to end a body: a length, chunks, and the end of the connection. */
const answers: Readonly<Record<string, Answer>> = {
  length: (response, body) => response.writeHead(200, { 'content-length': body.length }).end(body),
  chunked: (response, body) => response.end(body),
  close(response, body) {
    response.useChunkedEncodingByDefault = false;
    response.writeHead(200, { connection: 'close' }).write(body);
    response.end();
  },
};

async function backend(t: TestContext): Promise<number> {
  const server = createServer((request, response) => {
    const [, how = '', number = ''] = request.url!.split('/');
    answers[how]!(response, bodyOf(Number(number)));
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

/** Reads to the end of the connection; a slow client stops after each piece until others have had their turn. */
async function fetchAll(port: number, path: string, isSlow: boolean): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.0\r\nHost: a\r\n\r\n`);
  const parts: Buffer[] = [];
  for await (const part of socket) {
    parts.push(part as Buffer);
    if (isSlow) for (let i = 0; i < 20; i++) await setImmediate();
  }
  const all = Buffer.concat(parts);
  return all.subarray(all.indexOf('\r\n\r\n') + 4);
}

for (const how of Object.keys(answers)) {
  test(`large bodies that end by ${how} come whole to fast and slow clients at once`, limit, async (t) => {
    const { port } = await serve(t, { backends: { main: [endpoint(await backend(t))] } });
    const bodies = await Promise.all(Array.from({ length: 8 }, (_, i) => fetchAll(port, `/${how}/${i}`, i % 2 === 0)));
    for (const [i, body] of bodies.entries()) assert.equal(hash(body), hash(bodyOf(i)), `body ${i}`);
  });
}

test('a client that leaves in the middle, and one that takes nothing for a while, do no harm to others', limit, async (t) => {
  const { port } = await serve(t, { backends: { main: [endpoint(await backend(t))] } });
  const stuck = connect(port, '127.0.0.1');
  stuck.write('GET /length/1 HTTP/1.0\r\nHost: a\r\n\r\n');
  await new Promise((resolve) => { stuck.once('data', resolve); });
  stuck.pause();
  for (let i = 0; i < 4; i++) {
    const leaving = connect(port, '127.0.0.1');
    leaving.write(`GET /length/${10 + i} HTTP/1.0\r\nHost: a\r\n\r\n`);
    await new Promise((resolve) => { leaving.once('data', resolve); });
    leaving.destroy();
    assert.equal(hash(await fetchAll(port, `/length/${20 + i}`, false)), hash(bodyOf(20 + i)));
  }
  let rest = 0;
  stuck.on('data', (part: Buffer) => { rest += part.length; }).resume();
  await eventually(() => stuck.readableEnded);
  assert.ok(rest > size / 2, `${rest} bytes came after the pause`);
});
