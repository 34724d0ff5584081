import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { lines } from './lines.ts';

test('lines come out whole wherever the stream is cut', async () => {
  await fc.assert(fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', minLength: 1 }).filter((it) => !it.includes('\n'))), fc.integer({ min: 1, max: 7 }), async (wanted, size) => {
    const bytes = Buffer.from(wanted.map((it) => `${it}\n`).join(''));
    async function* stream(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    }
    const read: string[] = [];
    for await (const line of lines(stream())) read.push(line);
    assert.deepEqual(read, wanted);
  }));
});
