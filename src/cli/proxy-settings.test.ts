import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { UsageError, type Arguments } from './command.ts';
import { proxySettings } from './proxy-settings.ts';

function given(options: Readonly<Record<string, readonly string[]>>): Arguments {
  return { positionals: [], on: () => false, value: (name) => options[name]?.at(-1), values: (name) => options[name] ?? [] };
}

test('limits and times are read with their units', () => {
  assert.deepEqual(proxySettings(given({ limit: ['body-bytes=10Mi', 'header-count=20'], timeout: ['idle=2m', 'request=0s'], 'trusted-proxy': ['10.0.0.0/8', '::1'] })), {
    limits: { bodyBytes: 10_485_760, headerCount: 20 }, timeouts: { idleMs: 120_000, requestMs: 0 }, trustedProxies: ['10.0.0.0/8', '::1'],
  });
});

test('how endpoints are chosen', () => {
  const settings = (options: Record<string, string[]>): unknown => {
    const { limits: _, timeouts: __, trustedProxies: ___, ...rest } = proxySettings(given(options));
    return rest;
  };
  assert.deepEqual(settings({ balancing: ['least-request'], ejection: ['off'], 'slow-start': ['30s'] }), { balancing: { kind: 'least-request' }, ejection: 'off', slowStartMs: 30_000 });
  assert.deepEqual(settings({ balancing: ['hash=source'], ejection: ['errors'] }), {
    balancing: { kind: 'hash', on: { kind: 'source' } }, ejection: { on: 'errors', failures: 5, firstMs: 5000, mostMs: 60_000 },
  });
  assert.deepEqual(settings({ balancing: ['hash=header:X-User'] }), { balancing: { kind: 'hash', on: { kind: 'header', name: 'x-user' } } });
  assert.deepEqual(settings({ balancing: ['hash=cookie:Sid'] }), { balancing: { kind: 'hash', on: { kind: 'cookie', name: 'Sid' } } });
  assert.deepEqual(settings({}), {});
});

for (const [options, words] of [
  [{ balancing: ['random'] }, /--balancing random: use round-robin, /],
  [{ balancing: ['hash=header:'] }, /hash=header:NAME/],
  [{ balancing: ['hash=header:a b'] }, /hash=header:NAME/],
  [{ 'slow-start': ['30'] }, /--slow-start 30: write a number with its unit/],
  [{ limit: ['body=1'] }, /there is no body; use head-bytes/],
  [{ limit: ['url-bytes=much'] }, /write url-bytes= and a number such as 65536/],
  [{ limit: ['connections=0'] }, /connections=0: nothing could be served/],
  [{ limit: ['header-count=1000'] }, /from 1 to 256/],
  [{ timeout: ['idle=5'] }, /write idle= and a number with its unit/],
  [{ 'trusted-proxy': ['proxy.example.com'] }, /give an IP address or a range/],
  [{ 'trusted-proxy': ['10.0.0.0/33'] }, /give an IP address or a range/],
  [{ 'session-key': ['no-such-file'] }, /--session-key no-such-file: /],
] as const) {
  test(`${JSON.stringify(options)} is a mistake of the call`, () => {
    assert.throws(() => proxySettings(given(options)), (error) => error instanceof UsageError && words.test(error.message));
  });
}

test('the session key is the text of a file, and long enough', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'postern-'));
  t.after(() => rm(folder, { recursive: true }));
  const [good, short] = [join(folder, 'good'), join(folder, 'short')];
  await writeFile(good, '0123456789abcdef\n');
  await writeFile(short, '0123456789abcde\n');
  assert.equal(proxySettings(given({ 'session-key': [good] })).sessionKey, '0123456789abcdef');
  assert.throws(() => proxySettings(given({ 'session-key': [short] })), (error) => error instanceof UsageError && /shorter than 16 bytes/.test(error.message));
});
