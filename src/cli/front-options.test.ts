import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UsageError, type Arguments } from './command.ts';
import { frontSettings } from './front-options.ts';

function given(options: Readonly<Record<string, readonly string[]>>): Arguments {
  return { positionals: [], on: () => false, value: (name) => options[name]?.at(-1), values: (name) => options[name] ?? [] };
}

test('proxies in front are told by range or by number', () => {
  assert.deepEqual(frontSettings(given({})), { trustedProxies: [] });
  assert.deepEqual(frontSettings(given({ 'trusted-hops': ['2'] })), { trustedProxies: [], trustedHops: 2 });
  assert.deepEqual(frontSettings(given({ 'proxy-protocol-from': ['10.0.0.0/8', '::1'] })), { trustedProxies: [], proxyProtocolFrom: ['10.0.0.0/8', '::1'] });
});

for (const [options, words] of [
  [{ 'trusted-proxy': ['10.0.0.0/33'] }, /--trusted-proxy 10\.0\.0\.0\/33: give an IP address/],
  [{ 'proxy-protocol-from': ['everybody'] }, /--proxy-protocol-from everybody: give an IP address/],
  [{ 'trusted-hops': ['-1'] }, /--trusted-hops -1/],
  [{ 'trusted-hops': ['1'], 'trusted-proxy': ['::1'] }, /give one of them/],
] as const) {
  test(`refused: ${JSON.stringify(options)}`, () => {
    assert.throws(() => frontSettings(given(options)), (error) => error instanceof UsageError && words.test(error.message));
  });
}
