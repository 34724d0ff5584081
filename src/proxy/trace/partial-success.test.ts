import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ProtobufWriter } from '../../wire/index.ts';
import { rejectedSpans } from './partial-success.ts';

function answer(rejected: number, message: string): Buffer {
  const writer = new ProtobufWriter();
  writer.message(1, () => {
    writer.varint(1, rejected);
    writer.text(2, message);
  });
  return writer.take();
}

test('the number of rejected spans is read, also behind the prefix of gRPC', () => {
  fc.assert(fc.property(fc.nat(), fc.string(), (rejected, message) => {
    assert.equal(rejectedSpans(answer(rejected, message), 0), rejected);
    assert.equal(rejectedSpans(Buffer.concat([Buffer.alloc(5), answer(rejected, message)]), 5), rejected);
  }));
});

test('an answer without it, or that is none, rejects nothing', () => {
  assert.equal(rejectedSpans(Buffer.alloc(0), 0), 0);
  assert.equal(rejectedSpans(Buffer.from('{"partialSuccess":{}}'), 0), 0);
  assert.equal(rejectedSpans(answer(3, 'cut').subarray(0, 3), 0), 0);
  fc.assert(fc.property(fc.uint8Array(), fc.nat(6), (bytes, from) => {
    const rejected = rejectedSpans(Buffer.from(bytes), from);
    assert.ok(rejected >= 0);
  }));
});
