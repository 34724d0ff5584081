import assert from 'node:assert/strict';
import { isIPv4 } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { poolAddresses } from './pool.ts';

test('host addresses in order, without network and broadcast address', () => {
  assert.deepEqual(poolAddresses('127.0.10.0/29'), ['127.0.10.1', '127.0.10.2', '127.0.10.3', '127.0.10.4', '127.0.10.5', '127.0.10.6']);
  assert.deepEqual(poolAddresses('127.0.10.5/30'), ['127.0.10.5', '127.0.10.6']);
});

test('ranges of one or two addresses have no such ends', () => {
  assert.deepEqual(poolAddresses('127.0.0.9/32'), ['127.0.0.9']);
  assert.deepEqual(poolAddresses('127.0.0.9/31'), ['127.0.0.8', '127.0.0.9']);
});

test('a large range is cut at 4,096 addresses', () => {
  const addresses = poolAddresses('127.0.0.0/8');
  assert.equal(addresses.length, 4096);
  assert.deepEqual([addresses[0], addresses[255], addresses.at(-1)], ['127.0.0.1', '127.0.1.0', '127.0.16.0']);
});

test('addresses are valid and differ, whatever the range', () => {
  fc.assert(fc.property(fc.ipV4(), fc.integer({ min: 20, max: 32 }), (base, bits) => {
    const addresses = poolAddresses(`${base}/${bits}`);
    assert.equal(new Set(addresses).size, bits === 32 ? 1 : bits === 31 ? 2 : 2 ** (32 - bits) - 2);
    assert.ok(addresses.every((it) => isIPv4(it)));
  }), { numRuns: 50 });
});

for (const bad of ['', '127.0.0.1', '127.0.0.0/7', '127.0.0.0/33', '127.0.0.0/x', '127.0.0/24', '::1/64', '127.0.0.0/-1', '127.0.0.0/']) {
  test(`${JSON.stringify(bad)} is no pool`, () => { assert.throws(() => poolAddresses(bad), RangeError); });
}
