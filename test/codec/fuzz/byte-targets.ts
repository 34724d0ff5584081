/** Formats of bytes and lengths: the ClientHello, frames and header blocks of HTTP/2, and heads of HTTP/2 on their way to HTTP/1.1. */
import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import type { ClientFacts } from '../../../src/proxy/http1/client-facts.ts';
import { RequestHead } from '../../../src/proxy/http1/request-head.ts';
import { requestHeadText } from '../../../src/proxy/http1/write-head.ts';
import { FrameReader, frameBytes } from '../../../src/proxy/http2/frames.ts';
import { HeaderBlocks } from '../../../src/proxy/http2/header-blocks.ts';
import { HpackDecoder } from '../../../src/proxy/http2/hpack/decoder.ts';
import { HpackEncoder } from '../../../src/proxy/http2/hpack/encoder.ts';
import { MessageText } from '../../../src/proxy/http2/message-text.ts';
import { block, frame, get, headers, post } from '../../../src/proxy/http2/testing/frames.ts';
import { encodeRequest } from '../../../src/proxy/http2/write-fields.ts';
import { ClientHelloReader } from '../../../src/proxy/l4/client-hello.ts';
import { readProxyHeader } from '../../../src/proxy/listen/proxy-header.ts';
import { toOptions } from '../../../src/proxy/options.ts';
import type { BackendTarget } from '../../../src/proxy/route/action.ts';
import { readRequests } from '../strict-reader.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

const { limits } = toOptions({});
const text = (bytes: Buffer): string => bytes.toString('latin1');

/** Where to cut an input, with its two ends. */
function cutsOf(length: number, random: Random): number[] {
  const cuts = Array.from({ length: random.below(6) }, () => random.below(length + 1)).sort((a, b) => a - b);
  return [0, ...cuts, length];
}

/** Hands the pieces of an input over, each in a buffer that is wiped behind the call. */
function inPieces(input: string, edges: readonly number[], take: (piece: Buffer) => boolean): void {
  for (let i = 0; i + 1 < edges.length; i++) {
    const piece = Buffer.from(input.slice(edges[i], edges[i + 1]), 'latin1');
    if (!take(piece)) return;
    piece.fill(0x58);
  }
}

function vector(size: 1 | 2 | 3, content: Buffer): Buffer {
  const length = Buffer.alloc(size);
  length.writeUIntBE(content.length, 0, size);
  return Buffer.concat([length, content]);
}

function hello(extensions: Buffer, recordBytes = 16_384): string {
  const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32, 7), vector(1, Buffer.alloc(32)), vector(2, Buffer.from([0x13, 1])), vector(1, Buffer.from([0])), extensions]);
  const message = Buffer.concat([Buffer.from([1]), vector(3, body)]);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += recordBytes) records.push(Buffer.from([22, 3, 1]), vector(2, message.subarray(at, at + recordBytes)));
  return text(Buffer.concat(records));
}

const named = (name: string): Buffer => Buffer.concat([Buffer.from([0, 0]), vector(2, vector(2, Buffer.concat([Buffer.from([0]), vector(2, Buffer.from(name))])))]);

const hellos: Target = {
  name: 'client-hello', kind: 'bytes',
  seeds: [hello(vector(2, named('a.example.'))), hello(vector(2, Buffer.concat([Buffer.from([0x1a, 0x1a, 0, 0]), named('b.c'), Buffer.from([0xfe, 0x0d, 0, 1, 0])])), 20), hello(Buffer.alloc(0)), hello(vector(2, Buffer.alloc(0)))],
  check(input, random) {
    const read = (edges: readonly number[]): object => {
      const reader = new ClientHelloReader(65_536);
      let outcome: object & { readonly state: string } = { state: 'incomplete' };
      let fed = '';
      // It keeps the pieces, so they are not wiped.
      for (let i = 0; i + 1 < edges.length && outcome.state === 'incomplete'; i++) {
        const piece = input.slice(edges[i], edges[i + 1]);
        fed += piece;
        outcome = reader.feed(Buffer.from(piece, 'latin1'));
      }
      assert.equal(text(reader.bytes), fed, 'all bytes are kept');
      return outcome;
    };
    const whole = read([0, input.length]);
    assert.deepEqual(read(cutsOf(input.length, random)), whole, 'the outcome depends on the cuts');
    if (!('serverName' in whole)) return false;
    assert.match(whole.serverName as string, /^(?:[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?)?$/);
    return true;
  },
};

const frames: Target = {
  name: 'frames', kind: 'bytes',
  seeds: [
    text(Buffer.concat([frame(4, 0, 0, '000300000064'), headers(1, get, 1), frame(0, 1, 1, 'abcd')])), text(frame(0, 9, 3, '02 61 0000')), text(frame(6, 0, 0, Buffer.alloc(8))),
    text(Buffer.concat([frame(1, 0, 5, block(post)), frame(9, 4, 5, '')])), text(frame(0, 0, 1, Buffer.alloc(300, 97))),
  ],
  check(input, random) {
    const read = (edges: readonly number[]): string[] => {
      const reader = new FrameReader();
      const blocks = new HeaderBlocks(2000);
      const all: string[] = [];
      let goesOn = true;
      inPieces(input, edges, (piece) => {
        reader.feed(piece, {
          onFrame: (it) => {
            assert.ok(it.to - it.from <= frameBytes && it.from >= 9 && it.to <= it.buffer.length);
            all.push(`${it.type} ${it.flags} ${it.stream} ${text(it.buffer.subarray(it.from, it.to))}`);
            if (it.type !== 1 && it.type !== 9) return true;
            const result = blocks.add(it, it.from, it.to);
            if (result === 'whole') all.push(`block ${text(blocks.block)}`);
            return goesOn = typeof result === 'string';
          },
          onOversized: () => {
            all.push('oversized');
            goesOn = false;
          },
        });
        return goesOn;
      });
      return all;
    };
    const whole = read([0, input.length]);
    assert.deepEqual(read(cutsOf(input.length, random)), whole, 'the frames depend on the cuts');
    return whole.length > 0;
  },
};

const custom = block([['x-a', 'some value'], ['cookie', 'a=b'], ['content-length', '5']]);
const blocks = [
  block(get), block(post), Buffer.concat([block(post), custom]), Buffer.from('400161026263be', 'hex'), Buffer.from('20828684be', 'hex'), Buffer.from('3fe11f82868441' + '8cf1e3c2e5f23a6ba0ab90f4ff', 'hex'),
  Buffer.concat([block(get), Buffer.from('40036b65790576616c7565bebf', 'hex')]),
];

/** The fields of a block as one decoder reads them twice, since the first time may change its table; undefined where it is refused. */
function fieldsOf(input: string): [string, string][] | undefined {
  const bytes = Buffer.from(input, 'latin1');
  const fields: [string, string][] = [];
  return new HpackDecoder(4096).decode(bytes, 0, bytes.length, ({ name, value }) => fields.push([name, value])) ? fields : undefined;
}

const hpack: Target = {
  name: 'hpack', kind: 'bytes', seeds: blocks.map(text),
  check(input) {
    const fields = fieldsOf(input);
    if (fields === undefined) return false;
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(4096);
    // The third time they come out of the table.
    for (let time = 0; time < 3; time++) {
      encoder.begin();
      for (const [name, value] of fields) encoder.field(name, value);
      const written = encoder.end();
      const again: [string, string][] = [];
      assert.ok(decoder.decode(written, 0, written.length, ({ name, value }) => again.push([name, value])), 'what is written is read');
      assert.deepEqual(again, fields);
    }
    return true;
  },
};

const client: ClientFacts = {
  address: '192.0.2.1', scheme: 'http', isTrusted: false, fallbackHost: 'fallback', viaLine: '',
  forwardedLines: 'x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: http\r\n',
} as unknown as ClientFacts;
const target = { requestEdit: undefined, responseEdit: undefined, rewrite: undefined } as unknown as BackendTarget;
const message = new MessageText();

/** A request of HTTP/2 becomes one of HTTP/1.1: whatever is in it, the backend reads one request and no more. */
const downgrades: Target = {
  name: 'h2-to-h1', kind: 'bytes', seeds: blocks.map(text),
  check(input, random) {
    const bytes = Buffer.from(input, 'latin1');
    message.begin('request', limits.headBytes);
    if (!new HpackDecoder(4096).decode(bytes, 0, bytes.length, message.take) || message.isTooLarge || !message.isRequest || message.method === 'CONNECT') return false;
    const hasLength = message.contentLength >= 0;
    if (message.contentLength > 10_000) return true;
    const head = new RequestHead();
    head.believed = random.below(2) === 1;
    const framing = hasLength ? '' : 'transfer-encoding: chunked\r\n';
    if (head.read(`${message.requestText()}${framing}\r\n`, 0, limits) !== undefined) return false;
    assert.equal(head.method, message.method);
    assert.equal(head.isChunked, !hasLength);
    assert.equal(head.contentLength, message.contentLength);
    const written = requestHeadText(head, target, { ...client, isTrusted: head.believed });
    const body = hasLength ? 'x'.repeat(message.contentLength) : '1\r\nx\r\n0\r\n\r\n';
    const { messages, rest } = readRequests(`${written}${body}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
    assert.equal(rest, '');
    assert.deepEqual(messages.map(({ method, body: read }) => [method, read]), [[head.method, hasLength ? body : 'x'], ['GET', '']]);
    checkUpgrade(written, head);
    return true;
  },
};

/** And back: the same request for a backend of HTTP/2. */
function checkUpgrade(written: string, head: RequestHead): void {
  const { block: encoded } = encodeRequest(new HpackEncoder(), written, 'http');
  const again = new MessageText();
  again.begin('request', limits.headBytes * 2);
  assert.ok(new HpackDecoder(4096).decode(encoded, 0, encoded.length, again.take) && again.isRequest, 'what is written for HTTP/2 is a request');
  assert.deepEqual([again.method, again.path], [head.method, head.path + head.query]);
}

const signature = '\r\n\r\n\0\r\nQUIT\n';

const proxyHeaders: Target = {
  name: 'proxy-header', kind: 'bytes',
  seeds: [
    'PROXY TCP4 1.2.3.4 5.6.7.8 1111 80\r\nGET', 'PROXY TCP6 2001:DB8::1 ::1 65535 0\r\n', 'PROXY UNKNOWN ff:: ff:: 1 2\r\n', `${signature}\x21\x11\0\x0c\x01\x02\x03\x04\x05\x06\x07\x08\x04\x57\0\x50GET`,
    `${signature}\x21\x11\0\x13\x01\x02\x03\x04\x05\x06\x07\x08\x04\x57\0\x50\x04\0\x01\0\x03\0\0`, `${signature}\x21\x21\0\x24${'\x20\x01'.repeat(16)}\x04\x57\0\x50`, `${signature}\x20\x11\0\x03abc`, `${signature}\x21\0\0\0`,
  ],
  check(input, random) {
    const bytes = Buffer.from(input, 'latin1');
    const whole = readProxyHeader(bytes);
    for (const cut of cutsOf(bytes.length, random)) {
      const part = readProxyHeader(bytes.subarray(0, cut));
      if (part.state !== 'incomplete') assert.deepEqual(part, whole, 'more bytes change what was said');
      else assert.ok(whole.state !== 'whole' || cut < whole.length);
    }
    if (whole.state !== 'whole') return false;
    assert.ok(whole.length <= bytes.length);
    assert.deepEqual(readProxyHeader(bytes.subarray(0, whole.length)), whole);
    if (whole.source === undefined) return true;
    assert.ok(isIP(whole.source.address) !== 0 && whole.source.port >= 0 && whole.source.port <= 65_535, JSON.stringify(whole));
    return true;
  },
};

export const byteTargets: readonly Target[] = [hellos, proxyHeaders, frames, hpack, downgrades];
