import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { endpointToken, mostSessions, readTokens, scopeOf, writeToken } from './token.ts';

const seconds = fc.option(fc.integer({ min: 0, max: 2 ** 47 }), { nil: undefined });
const sessions = fc.array(fc.record({ backend: fc.string(), endpoint: fc.string(), endsAt: seconds }), { maxLength: mostSessions });

test('what is written is read, with the same key alone where the time is sealed', () => {
  fc.assert(fc.property(sessions, fc.string(), fc.string(), (list, key, other) => {
    const written = list.map(({ backend, endpoint, endsAt }) => writeToken({ scope: scopeOf(backend, key), endpoint: endpointToken(endpoint, key), endsAt }, key));
    const read = readTokens(written.join('.'), key);
    assert.deepEqual(read.map(({ text }) => text), written);
    assert.deepEqual(read.map(({ endsAt }) => endsAt), list.map(({ endsAt }) => endsAt));
    fc.pre(key !== other);
    assert.equal(readTokens(written.join('.'), other).every(({ endsAt }) => endsAt === undefined), true);
  }));
});

test('one changed character of a sealed token makes it none', () => {
  const token = writeToken({ scope: scopeOf('a', 'k'), endpoint: endpointToken('b', 'k'), endsAt: 1_800_000_000 }, 'k');
  for (let at = 0; at < token.length; at++) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1);
    assert.deepEqual(readTokens(changed, 'k'), [], changed);
  }
});

test('any text is read without a fault, and tokens are what may stand in cookies and fields', () => {
  const text = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.stringMatching(/^[A-Za-z0-9_.-]{0,400}$/));
  fc.assert(fc.property(text, fc.string(), (value, key) => {
    const tokens = readTokens(value, key);
    assert.equal(tokens.length <= mostSessions, true);
    for (const token of tokens) assert.match(token.text, /^[A-Za-z0-9_-]{22}$|^[A-Za-z0-9_-]{46}$/);
  }));
});

test('a token tells nothing of the address, and is another one with another key', () => {
  fc.assert(fc.property(fc.ipV4(), fc.integer({ min: 1, max: 65_535 }), (address, port) => {
    const token = endpointToken(`${address} ${port}`, 'key');
    assert.match(token, /^[A-Za-z0-9_-]{16}$/);
    assert.notEqual(token, endpointToken(`${address} ${port}`, 'other key'));
    assert.equal(token, endpointToken(`${address} ${port}`, 'key'));
  }));
});
