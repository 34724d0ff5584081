/** Values of single fields that others send: trace context, cookies and tokens of sessions, timeouts of gRPC. */
import assert from 'node:assert/strict';
import { BlockList, isIP } from 'node:net';
import { forwardedClient } from '../../../src/proxy/http1/forwarded-client.ts';
import { grpcTimeoutMs } from '../../../src/proxy/http2/grpc.ts';
import { cookieValues } from '../../../src/proxy/persistence/cookie.ts';
import { mostSessions, readTokens, scopeOf, writeToken } from '../../../src/proxy/persistence/token.ts';
import { isTraceState, readTraceParent, traceParentText } from '../../../src/proxy/trace/trace-context.ts';
import type { Target } from './target.ts';

const parent = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331';

const traceParents: Target = {
  name: 'traceparent',
  seeds: [`00-${parent}-01`, `00-${parent}-00`, `cc-${parent}-ff-what-comes`, `ff-${parent}-01`, `00-${'0'.repeat(32)}-b7ad6b7169203331-01`],
  check(input) {
    const read = readTraceParent(input);
    if (read === undefined) return false;
    const text = traceParentText(read);
    assert.match(text, /^00-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-0[0-3]$/);
    assert.ok(input.slice(3).startsWith(text.slice(3, 53)), 'the ids are those that were sent');
    assert.deepEqual(readTraceParent(text), read, 'what is written is read');
    return true;
  },
};

const traceStates: Target = {
  name: 'tracestate',
  seeds: ['a=b', 'a=b,c=d', ' a=b ,\tc=d,,', 'tenant@vendor=1', `a=${'v'.repeat(256)}`, Array.from({ length: 32 }, (_, at) => `k${at}=v`).join(',')],
  check(input) {
    if (!isTraceState(input)) return false;
    assert.match(input, /^[\t\x20-\x7e]*$/, 'it can stand in a field');
    const keys = input.split(',').map((member) => member.trim()).filter((member) => member !== '').map((member) => member.split('=')[0]);
    assert.ok(keys.length <= 32 && new Set(keys).size === keys.length);
    return true;
  },
};

const key = 'a key of the fuzzer';
const sealed = [1, 2, 2 ** 40].map((endsAt) => writeToken({ scope: scopeOf(`b${endsAt}`, key), endpoint: 'A'.repeat(16), endsAt }, key));

const tokens: Target = {
  name: 'session-token',
  seeds: [...sealed, sealed.join('.'), `${'A'.repeat(22)}.${'B'.repeat(22)}`, `${sealed[0]}.${'A'.repeat(22)}`],
  check(input) {
    const read = readTokens(input, key);
    assert.ok(read.length <= mostSessions);
    for (const { text, endsAt } of read) {
      assert.match(text, /^[\w-]{22}$|^[\w-]{46}$/);
      if (endsAt !== undefined) assert.ok(sealed.includes(text), `sealed by nobody: ${text}`);
    }
    return read.length > 0;
  },
};

const cookies: Target = {
  name: 'cookie',
  seeds: ['a=1; s=abc; b=2', 's="abc"', 's=1;s=2; s=3', 'xs=1; s =2;\ts=3', 's=', 'as=1; s=a=b'],
  check(input) {
    const values = cookieValues(input, 's');
    for (const value of values) assert.ok(!value.includes(';') && input.includes(value));
    assert.ok(values.length <= input.split(';').length);
    return values.length > 0;
  },
};

const timeouts: Target = {
  name: 'grpc-timeout',
  seeds: ['1H', '99999999S', '250m', '1u', '1n', '0S', '100M'],
  check(input) {
    const ms = grpcTimeoutMs(input);
    if (ms === undefined) return false;
    assert.ok(Number.isInteger(ms) && ms >= 1);
    assert.match(input, /^\d{1,8}[HMSmun]$/);
    return true;
  },
};

const ranges = new BlockList();
ranges.addSubnet('10.0.0.0', 8);
ranges.addSubnet('fd00::', 8, 'ipv6');

const clients: Target = {
  name: 'x-forwarded-for',
  seeds: ['192.0.2.1', '192.0.2.1, 10.0.0.1', '[2001:db8::1]:80, 10.1.1.1:443', 'unknown, 10.0.0.1', 'fd00::1,fd00::2', '1.2.3.4,, 10.0.0.9', '::ffff:10.0.0.1'],
  check(input, random) {
    const address = forwardedClient(input, '10.9.9.9', { ranges, hops: random.below(3) });
    assert.ok(isIP(address) !== 0, address);
    return address !== '10.9.9.9';
  },
};

export const fieldTargets: readonly Target[] = [clients, traceParents, traceStates, tokens, cookies, timeouts];
