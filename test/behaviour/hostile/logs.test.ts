/** Whatever bytes a client sends: each request is one line of the access log that reads as it should, and no byte of it gets into a metric. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test, type TestContext } from 'node:test';
import * as fc from 'fast-check';
import { exposition } from '../../../src/admin/index.ts';
import { preface } from '../../../src/proxy/http2/frames.ts';
import { frame, framesOf, headers } from '../../../src/proxy/http2/testing/frames.ts';
import { createProxy, type Proxy } from '../../../src/proxy/index.ts';
import { tempFolder } from '../../harness/temp-folder.ts';
import { irFor, plainSocket, politeBackend } from './rig.ts';

const ends: (() => unknown)[] = [];
const whole = { after: (end: () => unknown): void => { ends.unshift(end); } } as TestContext;
const folder = tempFolder(whole);
const formats = ['json', 'text'] as const;
const marker = 'hostilemark';

interface Logged {
  readonly proxy: Proxy;
  readonly port: number;
  readonly file: string;
}

const proxies: Logged[] = [];

before(async () => {
  const endpoints = [{ address: '127.0.0.1', port: await politeBackend(whole), ready: true }];
  for (const format of formats) {
    const file = join(folder, `${format}.log`);
    const proxy = createProxy({ accessLog: { to: file, format, query: true }, metricsByRoute: true, causeHeader: true });
    await proxy.apply(irFor({ endpoints }));
    proxies.push({ proxy, file, port: (proxy.bound()['web'] as { port: number }).port });
  }
});

after(async () => {
  for (const { proxy } of proxies) await proxy.close(0);
  for (const end of ends) await end();
});

/** Bytes that terminals, readers of lines and parsers stumble over. */
const sharp = fc.constantFrom('\x1b[31m', '\x9b31m', '\n', '\r', '\0', '"', '\\', '\\n', '"}', '{"', '\x7f', '\x85', '\xe2\x80\xa8', '\xe2\x80\xae', '\xff', '\xc3\xa9', '\t', ' ', '%0a', '%0d%0a', '\u00a0', marker, '<script>', "'", '`', '$(x)');
const bytes = fc.array(fc.oneof(sharp, fc.stringMatching(/^[ -~]{0,8}$/), fc.integer({ min: 0, max: 255 }).map((it) => String.fromCharCode(it))), { maxLength: 6 }).map((parts) => parts.join(''));
const tame = (text: string): string => text.replace(/[^\x21-\x7e\x80-\xff]/g, '');
const request = fc.record({ method: fc.constantFrom('GET', 'POST', "M'$`x", '\x1b[2J'), path: bytes, query: bytes, host: bytes, agent: bytes, id: bytes, isTame: fc.boolean() })
  .map(({ method, path, query, host, agent, id, isTame }) => {
    const [p, q, a, i] = isTame ? [tame(path).replace(/["<>\\^`{|}#?]/g, ''), tame(query).replace(/["<>#\\]/g, ''), agent.replace(/[^\t\x20-\x7e\x80-\xff]/g, ''), tame(id)] as const : [path, query, agent, id] as const;
    return `${isTame ? 'GET' : method} /${p}?${q} HTTP/1.1\r\nHost: ${isTame ? 'a.example' : host}\r\nUser-Agent: ${a.trim()}\r\nX-Request-Id: ${i}\r\nCookie: ${marker}=1\r\nConnection: close\r\n\r\n`;
  });

async function send(port: number, text: string | Buffer): Promise<void> {
  const socket = await plainSocket(whole, port);
  const closed = new Promise((resolve) => { socket.once('close', resolve); });
  let received = '';
  socket.on('data', (piece: Buffer) => {
    received += piece.toString('latin1');
    // An answer over HTTP/2, a reset or an end of the connection.
    if (Buffer.isBuffer(text) && framesOf(received).some(({ type, stream }) => (type === 1 && stream === 1) || type === 3 || type === 7)) socket.destroy();
  });
  socket.once('end', () => socket.end());
  socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  if (typeof text === 'string') socket.end();
  await closed;
}

const control = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]/; // oxlint-disable-line no-control-regex -- that is what is looked for.

function checkLines(text: string, format: (typeof formats)[number]): number {
  assert.ok(text.endsWith('\n'));
  assert.doesNotMatch(text, control);
  const lines = text.slice(0, -1).split('\n');
  for (const line of lines) {
    assert.ok(line.length < 12_000);
    if (format === 'json') {
      const entry = JSON.parse(line) as Record<string, unknown>;
      assert.equal(entry['kind'], 'request');
      assert.ok(!('cookie' in entry));
    } else assert.match(line, /^\d\d:\d\d:\d\d\.\d{3} .* (?:\d{3}|no answer) [\d.]+ ms \d+ B {2}/);
  }
  return lines.length;
}

/** Text of the exposition format, line by line. */
function checkMetrics(text: string): void {
  for (const line of text.trimEnd().split('\n')) assert.match(line, /^(?:# (?:HELP|TYPE) [a-z_]+ [ -~]*|[a-z_]+(?:\{(?:[a-z_]+="(?:[^"\\\n]|\\[\\"n])*",?)*\})? (?:[\d.e+-]+|\+Inf|NaN))$/);
  assert.doesNotMatch(text, control);
  assert.ok(!text.includes(marker), 'bytes of a client are in a label');
}

const http2 = (fields: readonly (readonly [string, string])[]): Buffer => Buffer.concat([Buffer.from(preface), frame(4, 0, 0), headers(1, fields, 1)]);

test('access log and metrics stand whatever bytes come', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(request, bytes, async (text, value) => {
    for (const { port } of proxies) {
      await send(port, text);
      await send(port, http2([[':method', 'GET'], [':scheme', 'http'], [':path', `/${value}`], [':authority', 'a.example'], ['user-agent', value]]));
    }
  }), { numRuns: 150, seed: 1121 });
  for (const [index, { proxy, file }] of proxies.entries()) {
    checkMetrics(exposition(await proxy.metrics()));
    const { requests, refused } = proxy.stats();
    await proxy.close(0);
    const count = checkLines(readFileSync(file, 'utf8'), formats[index] as 'json' | 'text');
    assert.ok(requests > 40 && refused > 40, `${requests} requests, ${refused} refused`);
    assert.equal(count, requests + refused, 'each request has its line');
  }
});
