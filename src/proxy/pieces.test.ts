import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { addPiece } from './pieces.ts';

test('whatever pieces come, their bytes stay in order, and what they came in may be used again if they are small', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 60 }), (lengths) => {
    const pieces: Buffer[] = [];
    const expected: Buffer[] = [];
    for (const [index, length] of lengths.entries()) {
      const piece = Buffer.alloc(length, index);
      expected.push(Buffer.from(piece));
      addPiece(pieces, piece);
      if (length < 512) piece.fill(255);
    }
    assert.deepEqual(Buffer.concat(pieces), Buffer.concat(expected));
  }));
});

test('single bytes come together, and none is written behind a piece of another owner', () => {
  const pieces: Buffer[] = [];
  for (let i = 0; i < 10_000; i++) addPiece(pieces, Buffer.from([i & 255]));
  assert.ok(pieces.length < 10);
  const whole = Buffer.alloc(1024, 7);
  const other = [whole.subarray(0, 600)];
  addPiece(other, Buffer.from([1]));
  assert.equal(whole[600], 7);
});

test('what was taken from the front is not written over', () => {
  const pieces: Buffer[] = [];
  addPiece(pieces, Buffer.from('abc'));
  pieces[0] = pieces[0]!.subarray(1);
  addPiece(pieces, Buffer.from('d'));
  assert.equal(Buffer.concat(pieces).toString(), 'bcd');
});
