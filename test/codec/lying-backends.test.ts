import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { responseCases, type ResponseCase, type Right } from './cases/responses.ts';
import { type Accepted, type Conversation, converse, irFor, openProxy, type Opened, rawServer, type RawServer } from './rig.ts';
import { NotOneReading, readResponses, type ReadResponse, valuesOf } from './strict-reader.ts';

const ask = 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
let raw: RawServer;
let opened: Opened;
/** What the backend answers to the next request. */
let script: Pick<ResponseCase, 'raw' | 'then'>;
/** The connections that requests came on, in order. */
let used: Accepted[] = [];

function answer(connection: Accepted): void {
  if (!connection.received.includes('\r\n\r\n')) return;
  connection.received = '';
  used.push(connection);
  const { socket } = connection;
  if (script.raw !== '') socket.write(script.raw, 'latin1');
  if (script.then === 'end') socket.end();
  else if (script.then === 'reset') {
    // What was written is to arrive before the reset.
    setImmediate(() => setImmediate(() => socket.resetAndDestroy()));
  }
}

before(async () => {
  raw = await rawServer(answer);
  opened = await openProxy(irFor(raw.port));
});

after(async () => {
  await opened.proxy.close(0);
  await raw.close();
});

/** What a client may believe: whole responses only, and none where the connection was cut in the middle. */
function believed({ received, ended }: Conversation, request: string): readonly ReadResponse[] {
  try {
    return readResponses(received, [request.split(' ')[0] as string], ended).messages;
  } catch (error) {
    if (error instanceof NotOneReading) assert.fail(`the client got ${JSON.stringify(received.slice(0, 300))}: ${error.message}`);
    throw error;
  }
}

function checkBroken(responses: readonly ReadResponse[]): void {
  if (responses.length === 0) return;
  assert.equal(responses.length, 1);
  const { status, fields } = responses[0] as ReadResponse;
  assert.equal(status, 502);
  assert.deepEqual(valuesOf(fields, 'set-cookie'), []);
}

function checkRight(responses: readonly ReadResponse[], expect: Right): void {
  assert.equal(responses.length, 1);
  const { status, body, fields, trailers } = responses[0] as ReadResponse;
  assert.equal(status, expect.status);
  assert.equal(body, expect.body);
  for (const name of expect.lacks ?? []) {
    const values = valuesOf(fields, name).filter((value) => name !== 'connection' || value !== 'close');
    assert.deepEqual(values, [], name);
  }
  assert.deepEqual(trailers.map(([name, value]) => [name.toLowerCase(), value]), Object.entries(expect.trailers ?? {}));
}

/** The next request gets its own answer, on the same connection or on another. */
async function checkNext(first: Accepted | undefined, reuse: boolean): Promise<void> {
  script = { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext', then: 'keep' };
  const responses = believed(await converse(opened.port, { pieces: [ask] }), ask);
  assert.deepEqual(responses.map(({ status, body }) => [status, body]), [[200, 'next']]);
  assert.equal(used.at(-1) === first, reuse, reuse ? 'the connection was not used again' : 'the connection was used again');
}

async function play(entry: ResponseCase): Promise<void> {
  used = [];
  script = entry;
  const request = entry.ask ?? ask;
  const conversation = await converse(opened.port, { pieces: [request] });
  const responses = believed(conversation, request);
  const { expect } = entry;
  if (expect === 'broken') checkBroken(responses);
  else checkRight(responses, expect);
  const first = used.at(-1) as Accepted;
  if (entry.late !== undefined) first.socket.write(entry.late, 'latin1');
  const reuse = expect !== 'broken' && expect.reuse;
  if (!reuse) await Promise.all(used.map(({ closed }) => closed));
  await checkNext(first, reuse);
}

for (const entry of responseCases) {
  test(`${entry.family}: ${entry.name}`, { timeout: 30_000 }, () => play(entry));
}

/** Two good answers and one byte too much on a connection that waits: the byte must not begin the answer of the next client. */
test('bytes that nobody asked for never become an answer', { timeout: 30_000 }, async () => {
  script = { raw: 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello', then: 'keep' };
  await converse(opened.port, { pieces: [ask] });
  const idle = used.at(-1) as Accepted;
  idle.socket.write('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON', 'latin1');
  await idle.closed;
  await checkNext(idle, false);
});
