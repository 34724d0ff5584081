import assert from 'node:assert/strict';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import { forwardedClient, isBelieved } from './forwarded-client.ts';

const ranges = new BlockList();
ranges.addSubnet('10.0.0.0', 8, 'ipv4');
ranges.addSubnet('fd00::', 8, 'ipv6');

const byRange: readonly (readonly [list: string, peer: string, client: string])[] = [
  ['1.2.3.4', '10.0.0.1', '1.2.3.4'],
  ['6.6.6.6, 1.2.3.4', '10.0.0.1', '1.2.3.4'],
  ['6.6.6.6, 1.2.3.4, 10.0.0.2', '10.0.0.1', '1.2.3.4'],
  ['6.6.6.6,1.2.3.4 ,\t10.0.0.2,fd00::1', '10.0.0.1', '1.2.3.4'],
  ['10.0.0.9, 10.0.0.8', '10.0.0.1', '10.0.0.9'],
  ['1.2.3.4:5678', '10.0.0.1', '1.2.3.4'],
  ['[2001:DB8::1]:5678', '10.0.0.1', '2001:db8::1'],
  ['2001:db8::1', '10.0.0.1', '2001:db8::1'],
  ['1.2.3.4, unknown', '10.0.0.1', '10.0.0.1'],
  ['1.2.3.4, unknown, 10.0.0.2', '10.0.0.1', '10.0.0.2'],
  ['', '10.0.0.1', '10.0.0.1'],
  ['1.2.3.4', '9.9.9.9', '9.9.9.9'],
];

for (const [list, peer, client] of byRange) {
  test(`by ranges, "${list}" of ${peer} is ${client}`, () => assert.equal(forwardedClient(list, peer, { ranges, hops: 0 }), client));
}

const byHops: readonly (readonly [hops: number, list: string, client: string])[] = [
  [1, '6.6.6.6, 1.2.3.4', '1.2.3.4'],
  [2, '6.6.6.6, 1.2.3.4', '6.6.6.6'],
  [3, '6.6.6.6, 1.2.3.4', '9.9.9.9'],
  [1, 'not an address', '9.9.9.9'],
];

for (const [hops, list, client] of byHops) {
  test(`behind ${hops} proxies, "${list}" is ${client}`, () => assert.equal(forwardedClient(list, '9.9.9.9', { ranges, hops }), client));
}

test('with a number of hops everybody is believed, else those in the ranges', () => {
  assert.deepEqual(['10.1.1.1', '9.9.9.9', 'fd00::1', ''].map((it) => isBelieved({ ranges, hops: 0 }, it)), [true, false, true, false]);
  assert.equal(isBelieved({ ranges, hops: 1 }, '9.9.9.9'), true);
});
