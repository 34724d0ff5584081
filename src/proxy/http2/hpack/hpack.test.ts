import assert from 'node:assert/strict';
import { test } from 'node:test';
import { array, assert as holds, constantFrom, property, string, tuple } from 'fast-check';
import { HpackDecoder } from './decoder.ts';
import { HpackEncoder } from './encoder.ts';
import { huffmanDecode, huffmanEncode, huffmanLength } from './huffman.ts';

function decode(decoder: HpackDecoder, hex: string): string[] | undefined {
  const block = Buffer.from(hex.replaceAll(' ', ''), 'hex');
  const fields: string[] = [];
  return decoder.decode(block, 0, block.length, ({ name, value }) => fields.push(`${name}: ${value}`)) ? fields : undefined;
}

const date = 'Mon, 21 Oct 2013 20:13:21 GMT';
const cookie = 'foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1';
const firstRequest = [':method: GET', ':scheme: http', ':path: /', ':authority: www.example.com'];
const requests = [
  firstRequest, [...firstRequest, 'cache-control: no-cache'],
  [':method: GET', ':scheme: https', ':path: /index.html', ':authority: www.example.com', 'custom-key: custom-value'],
];
const responses = [
  [':status: 302', 'cache-control: private', `date: ${date}`, 'location: https://www.example.com'],
  [':status: 307', 'cache-control: private', `date: ${date}`, 'location: https://www.example.com'],
  [':status: 200', 'cache-control: private', 'date: Mon, 21 Oct 2013 20:13:22 GMT', 'location: https://www.example.com', 'content-encoding: gzip', `set-cookie: ${cookie}`],
];

/** RFC 7541 appendix C: blocks of one connection in order, and the fields in them. */
const vectors: readonly (readonly [string, number, readonly string[], readonly (readonly string[])[]])[] = [
  ['C.2.1', 4096, ['400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572'], [['custom-key: custom-header']]],
  ['C.2.2', 4096, ['040c 2f73 616d 706c 652f 7061 7468'], [[':path: /sample/path']]],
  ['C.2.3', 4096, ['1008 7061 7373 776f 7264 0673 6563 7265 74'], [['password: secret']]],
  ['C.2.4', 4096, ['82'], [[':method: GET']]],
  ['C.3', 4096, [
    '8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d', '8286 84be 5808 6e6f 2d63 6163 6865',
    '8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65',
  ], requests],
  ['C.4', 4096, [
    '8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff', '8286 84be 5886 a8eb 1064 9cbf', '8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf',
  ], requests],
  ['C.5', 256, [
    `4803 3330 3258 0770 7269 7661 7465 611d ${Buffer.from(date).toString('hex')} 6e17 6874 7470 733a 2f2f 7777 772e 6578 616d 706c 652e 636f 6d`,
    '4803 3330 37c1 c0bf',
    `88c1 611d ${Buffer.from('Mon, 21 Oct 2013 20:13:22 GMT').toString('hex')} c05a 0467 7a69 7077 38${Buffer.from(cookie).toString('hex')}`,
  ], responses],
  ['C.6', 256, [
    '4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3',
    '4883 640e ffc1 c0bf',
    '88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f 9587 3160 65c0 03ed 4ee5 b106 3d50 07',
  ], responses],
];

for (const [name, limit, blocks, fields] of vectors) {
  test(`RFC 7541 ${name}`, () => {
    const decoder = new HpackDecoder(limit);
    assert.deepEqual(blocks.map((block) => decode(decoder, block)), fields);
  });
}

const malformed: readonly (readonly [string, string])[] = [
  ['index 0', '80'],
  ['index beyond both tables', 'be'],
  ['name index beyond both tables', '7e 01 61'],
  ['size update above the limit', '3f e2 1f'],
  ['size update behind a field', '82 20'],
  ['string longer than the block', '40 0a 61'],
  ['block ends in an integer', 'ff ff'],
  ['integer without end', 'ff ff ff ff ff ff ff ff 01'],
  ['block ends before the value', '44'],
  ['Huffman padding of a whole byte', '04 83 1f ff ff'],
  ['Huffman padding of zeros', '04 81 18'],
  ['EOS within a Huffman string', '04 84 ff ff ff ff'],
];

for (const [name, block] of malformed) {
  test(`malformed block: ${name}`, () => {
    assert.equal(decode(new HpackDecoder(4096), block), undefined);
  });
}

const latin1 = string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text, 'utf8').toString('latin1'));

test('Huffman code: what is encoded decodes to itself', () => {
  holds(property(latin1, (text) => {
    const length = huffmanLength(text);
    const target = Buffer.alloc(length);
    assert.equal(huffmanEncode(text, target, 0), length);
    assert.equal(huffmanDecode(target, 0, length), text);
  }));
});

test('any list of fields survives, block after block and at any table size', () => {
  const name = string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 }).map((text) => text.toLowerCase());
  const pool = array(tuple(name, latin1), { minLength: 1, maxLength: 12 });
  holds(property(pool, array(array(latin1.map((text) => text.length), { maxLength: 10 }), { maxLength: 12 }), (fields, picks) => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(4096);
    for (const [round, picked] of picks.entries()) {
      if (round === 4) encoder.limitTable(100);
      if (round === 8) {
        encoder.limitTable(0);
        encoder.limitTable(2000);
      }
      const list = picked.map((index) => fields[index % fields.length] as [string, string]);
      encoder.begin();
      for (const [key, value] of list) encoder.field(key, value);
      const block = encoder.end();
      const found: [string, string][] = [];
      assert.ok(decoder.decode(block, 0, block.length, (field) => found.push([field.name, field.value])));
      assert.deepEqual(found, list);
    }
  }));
});

test('lines that are repeated as they were written mean the same, also when the table is too small for all of them', () => {
  const line = tuple(constantFrom('a', 'A', 'x-long', 'X-Long'), constantFrom(': ', ':', ':\t'), constantFrom('1', '22', 'y'.repeat(40), 'z'.repeat(90)));
  holds(property(array(tuple(constantFrom(0, 90, 200, 4096), array(line, { maxLength: 8 })), { maxLength: 30 }), (blocks) => {
    const encoder = new HpackEncoder();
    const decoder = new HpackDecoder(4096);
    for (const [limit, lines] of blocks) {
      encoder.limitTable(limit);
      encoder.begin();
      for (const [name, separator, value] of lines) {
        const text = `${name}${separator}${value}`;
        if (encoder.repeat(text)) continue;
        encoder.field(name.toLowerCase(), value);
        encoder.learn(text);
      }
      assert.deepEqual(decode(decoder, encoder.end().toString('hex')), lines.map(([name, , value]) => `${name.toLowerCase()}: ${value}`));
    }
  }));
});

test('a field that repeats costs one byte from the third time on; a secret is never kept', () => {
  const encoder = new HpackEncoder();
  const sizes = [1, 2, 3].map(() => {
    encoder.begin();
    encoder.field('server', 'an example of a server');
    return encoder.end().length;
  });
  assert.deepEqual(sizes.map((size) => size === 1), [false, false, true]);
  const secrets = [1, 2, 3].map(() => {
    encoder.begin();
    encoder.field('authorization', 'Bearer 1');
    return encoder.end().toString('hex', 0, 2);
  });
  assert.deepEqual(secrets, ['1f08', '1f08', '1f08']);
});

test('random bytes never break the decoder', () => {
  holds(property(array(tuple(latin1), { maxLength: 5 }), (blocks) => {
    const decoder = new HpackDecoder(4096);
    for (const [text] of blocks) {
      const block = Buffer.from(text, 'latin1');
      assert.equal(typeof decoder.decode(block, 0, block.length, () => undefined), 'boolean');
    }
  }));
});
