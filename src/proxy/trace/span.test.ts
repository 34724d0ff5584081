import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { decodeExport } from '../testing/otlp-collector.ts';
import { type AttributeValue, encodeExport, encodeSpan, type Span } from './span.ts';

const hex = (digits: number) => fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: digits, maxLength: digits });
/** Text without lone surrogates, short or longer than a length of one byte can say. */
const text = fc.oneof(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme', minLength: 100, maxLength: 20_000 }));
const value: fc.Arbitrary<AttributeValue> = fc.oneof(text, fc.nat(), fc.maxSafeNat(), fc.array(fc.string({ unit: 'grapheme' })));
const attributes = fc.dictionary(fc.string({ minLength: 1, unit: 'grapheme' }), value).map((it) => new Map(Object.entries(it)));
const nanoseconds = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const span: fc.Arbitrary<Span> = fc.record({
  traceId: hex(32), spanId: hex(16), parentId: fc.oneof(hex(16), fc.constant('')), flags: fc.constantFrom(1, 3), traceState: fc.constantFrom('', 'a=b'), name: text,
  start: nanoseconds, end: nanoseconds, attributes, isError: fc.boolean(),
});

const received = (it: AttributeValue) => (typeof it === 'number' ? BigInt(it) : it);
const plain = (it: ReadonlyMap<string, AttributeValue>) => Object.fromEntries([...it].map(([key, inner]) => [key, received(inner)]));

test('a collector reads what was written', { timeout: 60_000 }, () => {
  fc.assert(fc.property(fc.array(span, { maxLength: 4 }), attributes, (spans, resource) => {
    assert.deepEqual(decodeExport(encodeExport(resource, spans.map(encodeSpan))), spans.map((it) => ({
      traceId: it.traceId, spanId: it.spanId, parentId: it.parentId, traceState: it.traceState, name: it.name, kind: 2, start: it.start, end: it.end,
      flags: it.flags | 0x100 | (it.parentId === '' ? 0 : 0x200), status: it.isError ? 2 : 0, attributes: plain(it.attributes), resource: plain(resource),
    })));
  }), { numRuns: 60 });
});

/** As the official Go library (go.opentelemetry.io/proto/otlp 1.11) writes the same message. */
const expected = '0aa8010a150a130a0c736572766963652e6e616d6512030a0161128e010a090a07706f737465726e1280010a100af7651916cd43dd8448eb211c80319c1208b7ad6b7169203331'
  + '1a03783d79220800f067aa0ba902b72a05474554202f30023901000000000000004102000000000000004a200a19687474702e726573706f6e73652e7374617475735f636f646512'
  + '0318f4034a0c0a016812072a050a030a01767a021802850103030000';

test('the bytes are those of opentelemetry-proto', () => {
  const bytes = encodeExport(new Map([['service.name', 'a']]), [encodeSpan({
    traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', parentId: '00f067aa0ba902b7', flags: 3, traceState: 'x=y', name: 'GET /', start: 1n, end: 2n,
    attributes: new Map<string, AttributeValue>([['http.response.status_code', 500], ['h', ['v']]]), isError: true,
  })]);
  assert.equal(bytes.toString('hex'), expected);
});
