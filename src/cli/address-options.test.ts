import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressBook } from './address-options.ts';
import type { Arguments } from './command.ts';

function given(values: Readonly<Record<string, string>>): Arguments {
  return { positionals: [], on: () => false, value: (name) => values[name], values: () => [] };
}

test('a pool of another machine, a pool that is none and a port out of range are mistakes of the call', async () => {
  await assert.rejects(addressBook(given({ pool: '192.0.2.0/24' })), /--pool 192\.0\.2\.0\/24: 192\.0\.2\.1 is not an address of this machine/);
  await assert.rejects(addressBook(given({ pool: 'x' })), /give an IPv4 range/);
  await assert.rejects(addressBook(given({ 'port-offset': '70000' })), /--port-offset 70000: give a whole number from 0 to 65534/);
  await addressBook(given({ pool: '127.0.0.1/32', 'port-offset': '9000' }));
});
