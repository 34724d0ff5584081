import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type Accepted, type Conversation, converse, irFor, openProxy, type Opened, rawServer, RecordingBackend, type RawServer } from './rig.ts';
import { readResponses } from './strict-reader.ts';

/** Requests in every form; each is followed by one that ends the connection. */
const requests: Readonly<Record<string, string>> = {
  'a usual request': 'GET /a?b=c HTTP/1.1\r\nHost: a\r\nX: y\r\n\r\n',
  'an empty line in front': '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
  'a length': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhel\r\n\r\nlo',
  'chunks': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n0003;a="b"\r\nllo\r\n0\r\nX-Sum: 1\r\nHost: b\r\n\r\n',
  'content that looks like framing': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n9\r\n0\r\n\r\n1\r\na\r\n0\r\n\r\n',
  'three in a row': 'GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhiHEAD /3 HTTP/1.1\r\nHost: a\r\n\r\n',
  'absolute form with dots': 'GET http://b:81/x/../y HTTP/1.1\r\nHost: a\r\n\r\n',
  'HTTP/1.0': 'GET / HTTP/1.0\r\n\r\n',
  'length and coding': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG',
  'two lengths': 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello',
  'obs-fold': 'GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n z\r\n\r\n',
  'a bare LF': 'GET / HTTP/1.1\r\nHost: a\nX: y\r\n\r\n',
  'a bare CR': 'GET / HTTP/1.1\r\nHost: a\r\nX: y\rz\r\n\r\n',
  'NUL': 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n',
  'a broken chunk': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\nhello\r\n0\r\n\r\n',
  'a broken trailer': 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX : 1\r\n\r\n',
  'a good one and a broken one': 'GET / HTTP/1.1\r\nHost: a\r\n\r\nG@T / HTTP/1.1\r\nHost: a\r\n\r\n',
  'CONNECT': 'CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n',
  'another version': 'GET / HTTP/2.0\r\nHost: a\r\n\r\n',
};

const responses: Readonly<Record<string, string>> = {
  'a length': 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\nDate: x\r\n\r\nhel\r\n\r\nlo',
  'chunks': 'HTTP/1.1 200 OK\r\nDate: x\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3;a=b\r\nllo\r\n0\r\nX-Sum: 1\r\n\r\n',
  'up to the close': 'HTTP/1.1 200 OK\r\nDate: x\r\n\r\nhello',
  'interim ones': 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nDate: x\r\nContent-Length: 2\r\n\r\nhi',
  'none of 304': 'HTTP/1.1 304 Not Modified\r\nDate: x\r\nContent-Length: 9\r\n\r\n',
};

/** A broken response: 502, or a cut where a part had gone on; never a whole one. */
const brokenResponses: Readonly<Record<string, string>> = {
  'two lengths': 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello',
  'a bare LF': 'HTTP/1.1 200 OK\nContent-Length: 5\r\n\r\nhello',
  'a broken chunk': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n5\nhello\r\n0\r\n\r\n',
  'a short body': 'HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello',
};

const last = 'GET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';

/** In one piece, in two pieces cut at each place, and byte by byte. */
function everyCut(text: string): string[][] {
  const twos = Array.from({ length: text.length - 1 }, (_, i) => [text.slice(0, i + 1), text.slice(i + 1)]);
  return [[text], ...twos, [...text]];
}

const backend = new RecordingBackend();
let recording: RawServer;
let scripted: RawServer;
let toRecording: Opened;
let toScripted: Opened;
let script: readonly string[] = [];

async function tell(connection: Accepted): Promise<void> {
  if (!connection.received.endsWith('\r\n\r\n')) return;
  connection.received = '';
  for (const piece of script) {
    if (connection.socket.destroyed) return;
    connection.socket.write(piece, 'latin1');
    await new Promise((resolve) => { setImmediate(() => setImmediate(resolve)); });
  }
  connection.socket.end();
}

before(async () => {
  recording = await rawServer(backend.onData);
  scripted = await rawServer((connection) => { void tell(connection); });
  toRecording = await openProxy(irFor(recording.port));
  toScripted = await openProxy(irFor(scripted.port));
});

after(async () => {
  await Promise.all([toRecording.proxy.close(0), toScripted.proxy.close(0)]);
  await Promise.all([recording.close(), scripted.close()]);
});

/** Without what differs from request to request. */
function steady(text: string): string {
  return text.replace(/\r\ndate: [^\r]*/gi, '').replace(/\r\nx-request-id: [^\r]*/gi, '');
}

async function requestOutcome(pieces: readonly string[]): Promise<object> {
  backend.reset();
  const { received, ended } = await converse(toRecording.port, { pieces });
  assert.deepEqual(backend.faults, []);
  const seen = backend.requests.map(({ startLine, fields, body, trailers }) => ({
    startLine, body, trailers, fields: fields.filter(([name]) => name !== 'x-request-id'),
  }));
  return { received: steady(received), ended, seen };
}

for (const [name, text] of Object.entries(requests)) {
  test(`a request cut anywhere is the same request: ${name}`, { timeout: 120_000 }, async () => {
    const whole = await requestOutcome([text + last]);
    for (const pieces of everyCut(text)) {
      assert.deepEqual(await requestOutcome([...pieces.slice(0, -1), (pieces.at(-1) as string) + last]), whole, JSON.stringify(pieces));
    }
  });
}

/** What a response says; how many chunks it has may depend on the cuts. */
function meaningOf({ received, ended }: Conversation): object {
  const { messages, rest } = readResponses(received, ['GET'], ended);
  const interims = received.split('\r\n').filter((line) => line.startsWith('HTTP/1.1 1'));
  return { interims, rest, messages: messages.map(({ startLine, fields, body, trailers }) => ({ startLine, fields, body, trailers })) };
}

async function responseOutcome(pieces: readonly string[]): Promise<Conversation> {
  script = pieces;
  return converse(toScripted.port, { pieces: ['GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n'] });
}

for (const [name, text] of Object.entries(responses)) {
  test(`a response cut anywhere is the same response: ${name}`, { timeout: 120_000 }, async () => {
    const whole = await responseOutcome([text]);
    assert.match(whole.received, /HTTP\/1\.1 (?:200|304)/);
    for (const pieces of everyCut(text)) {
      assert.deepEqual(meaningOf(await responseOutcome(pieces)), meaningOf(whole), JSON.stringify(pieces));
    }
  });
}

for (const [name, text] of Object.entries(brokenResponses)) {
  test(`a broken response cut anywhere stays broken: ${name}`, { timeout: 120_000 }, async () => {
    for (const pieces of everyCut(text)) {
      const { received, ended } = await responseOutcome(pieces);
      assert.ok(!ended || received.startsWith('HTTP/1.1 502 '), JSON.stringify({ pieces, received }));
    }
  });
}

test('a client that ends in the middle of a request behind a whole one is let go at once', { timeout: 30_000 }, async () => {
  const patient = await openProxy(irFor(recording.port), { timeouts: { headMs: 0, bodyMs: 0, idleMs: 0, halfCloseMs: 0 } });
  try {
    for (const half of ['GET /half HTTP/1.1\r\nHos', 'POST /half HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhel', 'POST /half HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel']) {
      backend.reset();
      const { received } = await converse(patient.port, { pieces: [`GET /whole HTTP/1.1\r\nHost: a\r\n\r\n${half}`], ends: true });
      assert.match(received, /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nGET \/whole 0$/);
      assert.deepEqual(backend.requests.map(({ target }) => target), ['/whole']);
    }
  } finally {
    await patient.proxy.close(0);
  }
});
