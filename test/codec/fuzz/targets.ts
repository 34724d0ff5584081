/** What the fuzzer runs: pure functions of the codec, each with seeds and with what must hold for every input. */
import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { isAuthority } from '../../../src/proxy/http1/authority.ts';
import { ChunkedDecoder, type ChunkMode } from '../../../src/proxy/http1/chunked.ts';
import type { ClientFacts } from '../../../src/proxy/http1/client-facts.ts';
import { normalisePath } from '../../../src/proxy/http1/path.ts';
import { RequestHead } from '../../../src/proxy/http1/request-head.ts';
import { RequestLine } from '../../../src/proxy/http1/request-line.ts';
import { ResponseHead } from '../../../src/proxy/http1/response-head.ts';
import { requestHeadText, responseHeadText } from '../../../src/proxy/http1/write-head.ts';
import type { BackendTarget } from '../../../src/proxy/route/action.ts';
import { canonicalHost } from '../../../src/proxy/route/hostname.ts';
import { firstParameters } from '../../../src/proxy/route/query.ts';
import { toOptions } from '../../../src/proxy/options.ts';
import { readRequests, readResponses } from '../strict-reader.ts';
import { byteTargets } from './byte-targets.ts';
import { fieldTargets } from './field-targets.ts';
import type { Target } from './target.ts';

const { limits } = toOptions({});
const client: ClientFacts = {
  address: '192.0.2.1', scheme: 'http', isTrusted: false, fallbackHost: 'fallback', viaLine: '',
  peer: { address: '192.0.2.1', port: 40_000 }, trust: { ranges: new BlockList(), hops: 0 }, forwardedLines: 'x-forwarded-for: 192.0.2.1\r\nx-forwarded-proto: http\r\n',
};
const plainTarget = { requestEdit: undefined, responseEdit: undefined, rewrite: undefined } as unknown as BackendTarget;

const requestHeads: Target = {
  name: 'request-head',
  seeds: [
    'GET / HTTP/1.1\r\nHost: a\r\n\r\n',
    'POST /a/b?c=d HTTP/1.1\r\nHost: a:80\r\nContent-Length: 5\r\nConnection: close, x-a\r\nX-A: 1\r\n\r\n',
    'PUT http://b:81/x/../y HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTE: trailers\r\n\r\n',
    'GET / HTTP/1.1\r\nHost: [::1]:80\r\nConnection: upgrade\r\nUpgrade: websocket\r\nExpect: 100-continue\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: a\r\nKeep-Alive: timeout=5\r\nProxy-Connection: x\r\nX-Forwarded-For: 1.2.3.4\r\nCookie: a=b\r\n\r\n',
    'GET / HTTP/1.0\r\nX_Forwarded_For: 1\r\nForwarded: for=x\r\nHTTP2-Settings: a\r\n\r\n',
  ],
  check(input, random) {
    const text = `${input}\r\n\r\n`;
    const head = new RequestHead();
    head.believed = random.below(2) === 1;
    if (head.read(text, 0, limits) !== undefined) return false;
    assert.ok(head.end <= text.length, 'the head ends behind the text');
    assert.equal(text.slice(head.end - 4, head.end), '\r\n\r\n', 'the head ends at its empty line');
    assert.ok(!text.slice(0, head.end - 4).includes('\r\n\r\n'), 'the head ends at its first empty line');
    const body = head.isChunked ? '0\r\n\r\n' : 'x'.repeat(Math.min(Math.max(head.contentLength, 0), 100_000));
    if (head.contentLength > body.length) return true;
    const written = requestHeadText(head, plainTarget, { ...client, isTrusted: head.believed }) + body;
    const { messages, rest } = readRequests(`${written}GET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
    assert.equal(rest, '');
    assert.deepEqual(messages.map(({ method }) => method), [head.method, 'GET'], written);
    assert.equal(messages[1]?.target, '/next');
    assert.equal(messages[0]?.target, head.path + head.query);
    return true;
  },
};

const requestLines: Target = {
  name: 'request-line',
  seeds: ['GET / HTTP/1.1', 'POST /a/./b/../c?d=/../e HTTP/1.1', 'GET /%2e%2E/a%2fb HTTP/1.0', 'GET http://b:80/a?b HTTP/1.1', 'OPTIONS * HTTP/1.1', 'OPTIONS http://b HTTP/1.1', 'GET http://b?c HTTP/1.1', 'GET //a//../b HTTP/1.1'],
  check(input) {
    const line = new RequestLine();
    if (line.read(`${input}\r\n\r\n`, 0, limits.urlBytes) !== undefined) return false;
    const { method, path, query } = line;
    assert.match(path, /^(?:\/[\x21-\x7e]*|\*)$/);
    assert.match(query, /^(?:\?[\x21-\x7e]*)?$/);
    assert.ok(!/[#"<>]/.test(path + query) && !path.includes('?') && !path.includes('\\'));
    const again = new RequestLine();
    assert.equal(again.read(`${method} ${path}${query} HTTP/1.1\r\n\r\n`, 0, Infinity), undefined, 'what is written is read');
    assert.deepEqual([again.method, again.path, again.query, again.authority], [method, path, query, '']);
    return true;
  },
};

const paths: Target = {
  name: 'path',
  seeds: ['/', '/a/b/', '/a/../b', '/./a/.', '/%2e%2e/a', '/a//../b', '/a%2fb', '/...', '/..a', '/a/%2E', '/;/..;/a'],
  check(input) {
    if (!input.startsWith('/')) return false;
    const path = normalisePath(input);
    if (path === undefined) return false;
    assert.ok(path.startsWith('/'), path);
    assert.equal(normalisePath(path), path, 'normalising twice changes nothing');
    const decoded = path.replace(/%2e/gi, '.').replace(/%(?:2f|5c)/gi, '/');
    assert.ok(!decoded.split('/').some((part) => part === '.' || part === '..'), `a dot segment is left in ${path}`);
    return true;
  },
};

const authorities: Target = {
  name: 'authority',
  seeds: ['a', 'www.example.com:8080', '[::1]', '[::1]:443', 'a_b.c-d~e.', '127.0.0.1:0', '[2001:db8::1]:65535', 'a:', '0X'],
  check(input) {
    if (!isAuthority(input)) return false;
    assert.match(input, /^(?:\[[0-9a-f:.]+\]|[0-9a-z._~-]+)(?::\d{0,5})?$/i);
    const url = URL.parse(`http://${input}/`);
    const host = canonicalHost(input);
    // The URL parser has rules of its own for hosts that end in a number, and for punycode.
    if (url !== null && !/^[\d.]+$|(?:^|\.)(?:0x)?[\da-f]*\.?$|xn--|:/i.test(host)) assert.equal(host, url.hostname.replace(/(?<=.)\.$/, ''));
    assert.ok(Number(/:(\d*)$/.exec(input.replace(/^.*\]/, ''))?.[1] ?? 0) <= 65535);
    return true;
  },
};

const queries: Target = {
  name: 'query',
  seeds: ['?', '?a=b&c=d', '?a=1&a=2', '?a+b=%20c', '?%61=%C3%A9', '?a&&b=&=c', '?a=b=c', '?%zz=%4', '?a=%ff'],
  check(input) {
    const query = `?${[...input].slice(1).filter((character) => character >= '!' && character <= '~').join('')}`;
    const mine = firstParameters(query);
    // Behind an ampersand, because the constructor takes a question mark in front away.
    const theirs = new URLSearchParams(`&${query.slice(1)}`);
    assert.deepEqual([...mine.keys()], [...new Set(theirs.keys())]);
    for (const [name, value] of mine) assert.equal(value, theirs.get(name));
    return true;
  },
};

interface Decoded {
  readonly out: string;
  readonly fault: string | undefined;
  readonly isDone: boolean;
  readonly end: number;
}

/** Decodes a text in pieces, each in a buffer that is wiped behind the call. */
function decode(text: string, edges: readonly number[], mode: ChunkMode): Decoded {
  const decoder = new ChunkedDecoder(mode, limits);
  let out = '';
  let end = 0;
  const sink = {
    bytes: (buffer: Buffer, from: number, to: number): void => { out += buffer.toString('latin1', from, to); },
    text: (piece: string): void => { out += piece; },
  };
  for (let i = 0; i + 1 < edges.length && !decoder.isDone && decoder.fault === undefined; i++) {
    const buffer = Buffer.from(text.slice(edges[i], edges[i + 1]), 'latin1');
    const stopped = decoder.feed(buffer, 0, buffer.length, sink);
    assert.ok(stopped >= 0 && stopped <= buffer.length, 'the decoder stops inside its piece');
    end = (edges[i] as number) + stopped;
    buffer.fill(0x58);
  }
  return { out, fault: decoder.fault, isDone: decoder.isDone, end };
}

const chunks: Target = {
  name: 'chunks',
  seeds: [
    '0\r\n\r\n', '5\r\nhello\r\n0\r\n\r\n', '1;a=b\r\nx\r\nA\r\n0123456789\r\n000\r\nX-Sum: 1\r\nContent-Length: 5\r\n\r\n', '2;a="b;\\"c"\r\n\r\n\r\n0;x\r\n\r\n',
    '5\r\n0\r\n\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n',
  ],
  check(input, random) {
    const cuts = Array.from({ length: random.below(6) }, () => random.below(input.length + 1)).sort((a, b) => a - b);
    const edges = [0, ...cuts, input.length];
    for (const mode of ['reframe', 'unwrap'] as const) {
      const whole = decode(input, [0, input.length], mode);
      const cut = decode(input, edges, mode);
      assert.deepEqual([cut.fault, cut.isDone], [whole.fault, whole.isDone], 'the outcome depends on the cuts');
      if (!whole.isDone) continue;
      assert.equal(cut.end, whole.end, 'the end depends on the cuts');
      // A size line that is cut is written anew, without its zeros in front.
      if (mode === 'unwrap') assert.equal(cut.out, whole.out, 'the content depends on the cuts');
    }
    const { out, isDone } = decode(input, edges, 'reframe');
    if (!isDone) return false;
    const { messages, rest } = readRequests(`POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${out}`);
    assert.equal(rest, '');
    assert.deepEqual(messages.map(({ body }) => body), [decode(input, edges, 'unwrap').out], 'what goes on is what was sent');
    return true;
  },
};

const responseHeads: Target = {
  name: 'response-head',
  seeds: [
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\nDate: x\r\n\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close, x-a\r\nX-A: 1\r\n\r\n', 'HTTP/1.0 404\r\nKeep-Alive: timeout=5\r\n\r\n',
    'HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\n', 'HTTP/1.1 304 \r\nTransfer-Encoding: chunked\r\n\r\n', 'HTTP/1.1 103 Early Hints\r\nContent-Length: 5\r\nLink: </a>\r\n\r\n', 'HTTP/1.1 426 Upgrade Required\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n',
  ],
  check(input, random) {
    const text = `${input}\r\n\r\n`;
    const toHead = random.below(4) === 0;
    const head = new ResponseHead();
    if (!head.read(text, 0, { headerCount: limits.headerCount, toHead })) return false;
    if (head.status === 101 || head.contentLength > 100_000) return true;
    const isChunked = head.framing === 'chunked' || head.framing === 'close';
    const written = responseHeadText(head, { edit: undefined, isChunked, closes: false, viaLine: '' });
    const body = isChunked ? '0\r\n\r\n' : 'x'.repeat(head.framing === 'length' ? head.contentLength : 0);
    const methods = head.status < 200 ? ['GET'] : [toHead ? 'HEAD' : 'GET', 'GET'];
    const { messages, rest } = readResponses(`${written}${body}HTTP/1.1 299 Next\r\nContent-Length: 0\r\n\r\n`, methods, false);
    assert.equal(rest, '');
    assert.deepEqual(messages.map(({ status }) => status), head.status < 200 ? [299] : [head.status, 299], written);
    return true;
  },
};

export const targets: readonly Target[] = [requestHeads, requestLines, paths, authorities, queries, chunks, responseHeads, ...fieldTargets, ...byteTargets];
