import assert from 'node:assert/strict';
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

for (const [options, words] of [
  [{ limit: ['body=1'] }, /there is no body; use head-bytes/],
  [{ limit: ['url-bytes=much'] }, /write url-bytes= and a number such as 65536/],
  [{ timeout: ['idle=5'] }, /write idle= and a number with its unit/],
  [{ 'trusted-proxy': ['proxy.example.com'] }, /give an IP address or a range/],
  [{ 'trusted-proxy': ['10.0.0.0/33'] }, /give an IP address or a range/],
] as const) {
  test(`${JSON.stringify(options)} is a mistake of the call`, () => {
    assert.throws(() => proxySettings(given(options)), (error) => error instanceof UsageError && words.test(error.message));
  });
}
