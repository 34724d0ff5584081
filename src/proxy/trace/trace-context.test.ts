import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { isTraceState, readTraceParent, traceParentText } from './trace-context.ts';

const hex = (digits: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
const notZero = (digits: number) => hex(digits).filter((it) => !/^0+$/.test(it));

test('what is written is read again', () => {
  fc.assert(fc.property(fc.record({ traceId: notZero(32), spanId: notZero(16), isSampled: fc.boolean(), isRandom: fc.boolean() }), (parent) => {
    assert.deepEqual(readTraceParent(traceParentText(parent)), { ...parent });
  }));
});

test('whatever is read is written as a valid value of version 00', () => {
  const loose = fc.tuple(hex(2), hex(32), hex(16), hex(2), fc.constantFrom('', '-', '-what', 'x')).map(([version, trace, span, flags, rest]) => `${version}-${trace}-${span}-${flags}${rest}`);
  fc.assert(fc.property(fc.oneof(loose, fc.string()), (value) => {
    const parent = readTraceParent(value);
    if (parent !== undefined) assert.match(traceParentText(parent), /^00-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-0[0-3]$/);
  }));
});

const valid = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('a value that is not valid begins no trace', () => {
  for (const value of [
    undefined, '', valid.toUpperCase(), `${valid}-`, `${valid}-00`, valid.slice(0, -1), `ff${valid.slice(2)}`, `${valid},${valid}`, ` ${valid}`, `${valid} `,
    valid.replace('0af7651916cd43dd8448eb211c80319c', '0'.repeat(32)), valid.replace('b7ad6b7169203331', '0'.repeat(16)), `0x${valid.slice(2)}`, valid.replaceAll('-', '_'),
  ]) assert.equal(readTraceParent(value), undefined, String(value));
});

test('of a version to come the known parts are read, and only known flags go on', () => {
  const parent = readTraceParent(`cc${valid.slice(2, -2)}ff-what-comes`);
  assert.deepEqual(parent, { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', isSampled: true, isRandom: true });
  assert.equal(readTraceParent(`cc${valid.slice(2)}.what`), undefined);
});

test('states are valid or not', () => {
  const many = Array.from({ length: 32 }, (_, at) => `k${at}=v`).join(',');
  for (const state of ['', 'a=b', 'a=b,c=d', ' a=b ,\tc=d', ',a=b,,', '1-_*/@=x', 'tenant@vendor=1', `a=${'v'.repeat(256)}`, 'a= b', many]) assert.equal(isTraceState(state), true, state);
  for (const state of ['a', '=b', 'a=', 'A=b', 'a=b,a=c', 'a=b=c', 'a=ü', `a=${'v'.repeat(257)}`, '_a=b', `${many},more=1`]) assert.equal(isTraceState(state), false, state);
});

test('blanks without end cost no more than their length', () => {
  const begun = process.cpuUsage().user;
  assert.equal(isTraceState(`a=b${' '.repeat(60_000)}x,${'\t '.repeat(30_000)}`), false);
  // Squared it would be ten times as much.
  assert.ok(process.cpuUsage().user - begun < 1_000_000);
});
