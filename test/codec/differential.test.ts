import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as fc from 'fast-check';
import { pieces, requestTexts, responseTexts } from './message-arbitraries.ts';
import { type NodeReading, type NodeRequest, readRequestsWithNode, readResponseWithNode } from './node-reader.ts';
import { type Accepted, answerTo, converse, irFor, openProxy, type Opened, rawServer, type RawServer } from './rig.ts';
import { type Field, NotOneReading, readRequests, readResponses, type ReadRequest, type ReadResponse } from './strict-reader.ts';

/** The same cases each time; CODEC_RUNS=20000 CODEC_SEED=7 looks further. */
const runs = Number(process.env['CODEC_RUNS'] ?? 400);
const seed = Number(process.env['CODEC_SEED'] ?? 1121);
const parameters = { numRuns: runs, seed, endOnFailure: false } as const;

interface Explanation {
  readonly code: string;
  /** What the bytes hold where the reason applies. */
  readonly where: RegExp;
  readonly reason: string;
}

/** What Node's parser refuses and Postern forwards. */
const explanations: readonly Explanation[] = [
  { code: 'HPE_INVALID_METHOD', where: /[^]/, reason: 'Node knows a list of methods; RFC 9110 section 9.1 lets a method be any token' },
  {
    code: 'UNSAID', where: /upgrade:[^]*\r\n0[^\r\n]*\r\n(?:[^\r\n]+\r\n)*content-length:/i,
    reason: 'the same as below, in a request for an upgrade, where Node refuses without a word',
  },
  {
    code: 'HPE_INVALID_CONTENT_LENGTH', where: /\r\n0[^\r\n]*\r\n(?:[^\r\n]+\r\n)*content-length:/i,
    reason: 'Node reads the length in a trailer section as one of the message; RFC 9110 section 6.5.1 has it discarded, and Postern drops it',
  },
];

/** Fields of one hop, and those with which proxies tell where a request came from: written anew or dropped on the way. */
const ownFields = new Set([
  'connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade', 'http2-settings', 'transfer-encoding', 'expect',
  'forwarded', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port', 'x-real-ip', 'x-request-id', 'date',
]);
/** Connection cannot take these away. */
const staying = new Set(['host', 'content-length', 'content-type', 'cookie', 'set-cookie', 'date']);

function endToEnd(fields: readonly Field[], connection: readonly Field[]): string[] {
  const named = new Set(connection.filter(([name]) => name === 'connection').flatMap(([, value]) => value.toLowerCase().split(',').map((part) => part.trim())));
  return fields.filter(([name]) => !ownFields.has(name.replaceAll('_', '-')) && (!named.has(name) || staying.has(name)))
    .map(([name, value]) => `${name}: ${value}`).sort();
}

/** The algorithm of RFC 3986 section 5.2.4, letter by letter. */
function withoutDots(path: string): string {
  let input = path.replace(/(?<=\/)(?:\.|%2e){1,2}(?=\/|$)/gi, (dots) => dots.replace(/%2e/gi, '.'));
  let output = '';
  while (input !== '') {
    if (input.startsWith('/./')) input = input.slice(2);
    else if (input === '/.') input = '/';
    else if (input.startsWith('/../') || input === '/..') {
      input = input === '/..' ? '/' : input.slice(3);
      output = output.slice(0, Math.max(0, output.lastIndexOf('/')));
    } else {
      const end = input.indexOf('/', 1);
      output += end < 0 ? input : input.slice(0, end);
      input = end < 0 ? '' : input.slice(end);
    }
  }
  return output;
}

/** What a server behind a proxy is to get of a target. */
function originForm(method: string, target: string): string {
  const absolute = /^https?:\/\/[^/?]*/i.exec(target);
  const rest = absolute === null ? target : target.slice(absolute[0].length);
  if (method === 'OPTIONS' && (target === '*' || rest === '')) return '*';
  const query = rest.indexOf('?');
  const path = query < 0 ? rest : rest.slice(0, query);
  return withoutDots(path === '' ? '/' : path) + (query < 0 ? '' : rest.slice(query));
}

function authorityOf({ target, fields }: NodeRequest): string | undefined {
  return /^https?:\/\/([^/?]*)/i.exec(target)?.[1] ?? fields.find(([name]) => name === 'host')?.[1];
}

/** The meaning of a request, as far as a proxy must keep it. */
function meaningOf(request: NodeRequest, connection: readonly Field[]): object {
  const fields = request.fields.filter(([name]) => name !== 'host');
  return {
    method: request.method, target: originForm(request.method, request.target), host: authorityOf(request) ?? '127.0.0.1',
    fields: endToEnd(fields, connection), body: request.body,
  };
}

let raw: RawServer;
let opened: Opened;
/** All bytes that the backend got for one conversation, by connection. */
let got = new Map<Accepted, string>();
/** Where set, the pieces of the answer; else each request is answered. */
let script: readonly string[] | undefined;

async function tell(connection: Accepted, parts: readonly string[]): Promise<void> {
  for (const part of parts) {
    connection.socket.write(part, 'latin1');
    await new Promise((resolve) => { setImmediate(() => setImmediate(resolve)); });
  }
  connection.socket.end();
}

function onData(connection: Accepted): void {
  got.set(connection, (got.get(connection) ?? '') + connection.received);
  connection.received = '';
  const all = got.get(connection) as string;
  if (script !== undefined) {
    if (all.endsWith('\r\n\r\n')) void tell(connection, script);
    return;
  }
  try {
    const { messages, rest } = readRequests(all);
    const told = answered.get(connection) ?? 0;
    for (const request of messages.slice(told)) connection.socket.write(answerTo(request), 'latin1');
    answered.set(connection, messages.length);
    if (rest !== '' || messages.length === 0) return;
  } catch (error) {
    if (!(error instanceof NotOneReading)) throw error;
    connection.socket.destroy();
  }
}

let answered = new Map<Accepted, number>();

before(async () => {
  raw = await rawServer(onData);
  opened = await openProxy(irFor(raw.port));
});

after(async () => {
  await opened.proxy.close(0);
  await raw.close();
});

async function forwardedFor(parts: readonly string[]): Promise<string[]> {
  got = new Map();
  answered = new Map();
  script = undefined;
  await converse(opened.port, { pieces: parts, ends: true });
  return [...got.values()];
}

function isExplained({ refused }: NodeReading, text: string): boolean {
  return explanations.some(({ code, where }) => code === refused && where.test(text));
}

/** Node reads no further in a buffer behind a request for an upgrade that it declines; RFC 9110 section 7.8 has the connection go on. */
function stopsAtUpgrade({ requests, refused }: NodeReading): boolean {
  return refused === undefined && requests.at(-1)?.fields.some(([name]) => name === 'upgrade') === true;
}

async function checkRequests(parts: readonly string[]): Promise<void> {
  const forwarded: NodeRequest[] = [];
  for (const text of await forwardedFor(parts)) {
    const strict = readRequests(text);
    const read = await readRequestsWithNode(text);
    if (!isExplained(read, text)) assert.equal(read.requests.length, strict.messages.length, `Node reads ${read.requests.length} of ${JSON.stringify(text)}, refused: ${read.refused}`);
    for (const [i, same] of read.requests.entries()) {
      const message = strict.messages[i] as ReadRequest;
      assert.deepEqual([same.method, same.target, same.body], [message.method, message.target, message.body]);
    }
    forwarded.push(...read.requests);
  }
  const sent = await readRequestsWithNode(parts.join(''));
  if (forwarded.length > sent.requests.length && (isExplained(sent, parts.join('')) || stopsAtUpgrade(sent))) return;
  assert.ok(forwarded.length <= sent.requests.length, `forwarded ${forwarded.length} requests, Node reads ${sent.requests.length} and says ${sent.refused}`);
  for (const [i, request] of forwarded.entries()) {
    const original = sent.requests[i] as NodeRequest;
    assert.deepEqual(meaningOf(request, original.fields), meaningOf(original, original.fields));
  }
}

test('what is forwarded is what Node reads in the bytes of the client', { timeout: 300_000 }, async () => {
  await fc.assert(fc.asyncProperty(pieces(requestTexts), checkRequests), parameters);
});

function checkSameResponse(believed: ReadResponse, read: Awaited<ReturnType<typeof readResponseWithNode>>, whose: string): void {
  assert.ok(read !== undefined, `Node refuses ${whose}`);
  assert.deepEqual([believed.status, believed.body], [read.status, read.body], whose);
  const fields = believed.fields.map(([name, value]) => [name.toLowerCase(), value] as const);
  const about = (all: readonly Field[]): string[] => endToEnd(all, read.fields).filter((line) => !line.startsWith('content-length') && !line.startsWith('trailer'));
  assert.deepEqual(about(fields), about(read.fields), whose);
}

async function checkResponse(parts: readonly string[], method: string): Promise<void> {
  got = new Map();
  script = parts;
  const { received, ended } = await converse(opened.port, { pieces: [`${method} / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`] });
  const { messages } = readResponses(received, [method], ended);
  const believed = messages[0];
  if (believed === undefined || believed.status === 502) return;
  assert.equal(messages.length, 1);
  checkSameResponse(believed, await readResponseWithNode(received, method), 'what the client got');
  const sent = await readResponseWithNode(parts.join(''), method);
  if (sent === undefined && explanations.some(({ where, code }) => code !== 'HPE_INVALID_METHOD' && where.test(parts.join('')))) return;
  checkSameResponse(believed, sent, 'what the backend sent');
}

test('what a client gets is what Node reads in the bytes of the backend', { timeout: 300_000 }, async () => {
  await fc.assert(fc.asyncProperty(pieces(responseTexts), fc.constantFrom('GET', 'GET', 'HEAD'), checkResponse), parameters);
});

test('most of the generated requests that have no wounds are forwarded', { timeout: 300_000 }, async () => {
  const samples = fc.sample(requestTexts, { numRuns: 100, seed });
  let count = 0;
  for (const text of samples) count += (await forwardedFor([text])).length > 0 ? 1 : 0;
  assert.ok(count > 30, `only ${count} of 100`);
});
