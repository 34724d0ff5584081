import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chunkCases } from './cases/request-chunks.ts';
import { desyncCases } from './cases/request-desync.ts';
import type { Expectation, RequestCase } from './cases/request-case.ts';
import { fieldCases } from './cases/request-fields.ts';
import { lengthCases } from './cases/request-lengths.ts';
import { lineCases } from './cases/request-lines.ts';
import { type Conversation, converse, irFor, openProxy, type Opened, rawServer, RecordingBackend, type RawServer } from './rig.ts';
import { readResponses, type ReadRequest, type ReadResponse, valuesOf } from './strict-reader.ts';

const canary = 'GET /canary HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const backend = new RecordingBackend();
let raw: RawServer;
let opened: Opened;

before(async () => {
  raw = await rawServer(backend.onData);
  opened = await openProxy(irFor(raw.port));
});

after(async () => {
  await opened.proxy.close(0);
  await raw.close();
});

/** How often the proxy turned to the backend. */
function turns(): number {
  const { upstreamConnects, upstreamReuses } = opened.proxy.stats();
  return upstreamConnects + upstreamReuses;
}

interface Outcome extends Conversation {
  readonly responses: readonly ReadResponse[];
  readonly turns: number;
}

async function play({ raw: text, expect }: RequestCase): Promise<Outcome> {
  backend.reset();
  const before = turns();
  const pieces = expect.kind === 'waits' ? [text] : [text + canary];
  const conversation = await converse(opened.port, { pieces, ends: expect.kind === 'waits' });
  const methods = [text.slice(text.startsWith('\r\n') ? 2 : 0).split(' ')[0] as string];
  const { messages, rest } = readResponses(conversation.received, methods, conversation.ended);
  assert.equal(rest, '', 'a response is not whole');
  assert.deepEqual(backend.faults, [], 'the backend got bytes without one reading');
  return { ...conversation, responses: messages, turns: turns() - before };
}

function statusesOf({ responses }: Outcome): number[] {
  return responses.map(({ status }) => status);
}

function checkRefused(outcome: Outcome, status: number): void {
  assert.deepEqual(statusesOf(outcome), [status]);
  assert.ok(outcome.ended, 'the client must be able to read its answer');
  assert.deepEqual(valuesOf((outcome.responses[0] as ReadResponse).fields, 'connection'), ['close']);
  assert.deepEqual(backend.requests, []);
}

function checkForwarded(outcome: Outcome, expect: Extract<Expectation, { kind: 'forwarded' }>, text: string): void {
  const canaryIsRead = expect.closes !== true && expect.then === undefined;
  assert.deepEqual(statusesOf(outcome), [200, ...expect.then === undefined ? [] : [expect.then], ...canaryIsRead ? [200] : []]);
  const targets = backend.requests.map(({ target }) => target);
  assert.equal(targets.length, canaryIsRead ? 2 : 1, `the backend saw ${targets.join(' and ')}`);
  if (canaryIsRead) assert.equal(targets[1], '/canary');
  checkRequest(backend.requests[0] as ReadRequest, expect, text);
}

function checkRequest(request: ReadRequest, expect: Extract<Expectation, { kind: 'forwarded' }>, text: string): void {
  assert.equal(request.method, expect.method ?? text.trimStart().split(' ')[0]);
  if (expect.target !== undefined) assert.equal(request.target, expect.target);
  if (expect.host !== undefined) assert.deepEqual(valuesOf(request.fields, 'host'), [expect.host]);
  if (expect.body !== undefined) assert.equal(request.body, expect.body);
  const all = [...request.fields, ...request.trailers];
  for (const name of expect.lacks ?? []) assert.deepEqual(valuesOf(all, name), [], name);
  for (const [name, value] of Object.entries(expect.has ?? {})) assert.deepEqual(valuesOf(all, name), [value], name);
}

function check(outcome: Outcome, { expect, raw: text }: RequestCase): void {
  switch (expect.kind) {
    case 'refused':
      assert.equal(outcome.turns, 0, 'the backend must see nothing');
      return checkRefused(outcome, expect.status);
    case 'cut': return checkRefused(outcome, expect.status);
    case 'forwarded': return checkForwarded(outcome, expect, text);
    case 'waits':
      assert.deepEqual(statusesOf(outcome), []);
      assert.deepEqual(backend.requests, []);
  }
}

const cases: readonly RequestCase[] = [...lengthCases, ...chunkCases, ...lineCases, ...fieldCases, ...desyncCases];

for (const entry of cases) {
  test(`${entry.family}: ${entry.name}`, { timeout: 30_000 }, async () => {
    check(await play(entry), entry);
  });
}

test('no two cases have one name', () => {
  const names = cases.map(({ family, name }) => `${family}: ${name}`);
  assert.equal(new Set(names).size, names.length);
});
