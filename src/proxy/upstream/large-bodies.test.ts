import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { test, type TestContext } from 'node:test';
import { endpoint, eventually, serve } from '../testing/rig.test.ts';

const limit = { timeout: 60_000 };
/** More than the kernel holds between two sockets. */
const size = 16_000_000;

/** Bytes that differ everywhere and between numbers, so that any mix-up shows. */
function bodyOf(number: number): Buffer {
  const words = new Uint32Array(size / 4);
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + 1, 0x9e3779b1) + number;
  return Buffer.from(words.buffer);
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

/** Reads to the end of the connection; a slow client takes nothing after its first piece until `others` are done. */
async function fetchAll(port: number, path: string, others?: Promise<unknown>): Promise<Buffer> {
  const socket = connect(port, '127.0.0.1');
  socket.write(`GET ${path} HTTP/1.0\r\nHost: a\r\n\r\n`);
  const parts: Buffer[] = [];
  for await (const part of socket) {
    parts.push(part as Buffer);
    if (parts.length === 1) await others;
  }
  const all = Buffer.concat(parts);
  return all.subarray(all.indexOf('\r\n\r\n') + 4);
}

for (const how of Object.keys(answers)) {
  test(`large bodies that end by ${how} come whole to fast and slow clients at once`, limit, async (t) => {
    const { port } = await serve(t, { backends: { main: [endpoint(await backend(t))] } });
    const fast = Promise.all([0, 1].map((i) => fetchAll(port, `/${how}/${i}`)));
    const slow = Promise.all([2, 3].map((i) => fetchAll(port, `/${how}/${i}`, fast)));
    for (const [i, body] of [...(await fast), ...(await slow)].entries()) assert.equal(hash(body), hash(bodyOf(i)), `body ${i}`);
  });
}

test('a client that leaves in the middle, and one that takes nothing for a while, do no harm to others', limit, async (t) => {
  const { port } = await serve(t, { backends: { main: [endpoint(await backend(t))] } });
  const stuck = connect(port, '127.0.0.1');
  stuck.write('GET /length/1 HTTP/1.0\r\nHost: a\r\n\r\n');
  await new Promise((resolve) => { stuck.once('data', resolve); });
  stuck.pause();
  for (let i = 0; i < 2; i++) {
    const leaving = connect(port, '127.0.0.1');
    leaving.write(`GET /length/${10 + i} HTTP/1.0\r\nHost: a\r\n\r\n`);
    await new Promise((resolve) => { leaving.once('data', resolve); });
    leaving.destroy();
    assert.equal(hash(await fetchAll(port, `/length/${20 + i}`)), hash(bodyOf(20 + i)));
  }
  let rest = 0;
  stuck.on('data', (part: Buffer) => { rest += part.length; }).resume();
  await eventually(() => stuck.readableEnded);
  assert.ok(rest > size / 2, `${rest} bytes came after the pause`);
});
