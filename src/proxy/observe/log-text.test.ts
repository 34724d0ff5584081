import assert from 'node:assert/strict';
import fc from 'fast-check';
import { test } from 'node:test';
import { bare, quoted, shownQuery } from './log-text.ts';

test('any bytes become one JSON string of one line, with no control in it', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
    const text = quoted(Buffer.from(bytes).toString('latin1'));
    assert.equal(typeof JSON.parse(text), 'string');
    // oxlint-disable-next-line no-control-regex -- none may be left.
    assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
  }));
});

test('what is UTF-8 is read as that, and what is not is not lost silently', () => {
  const wire = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
  assert.equal(JSON.parse(quoted(wire('grüße → 🙂'))), 'grüße → 🙂');
  assert.equal(quoted(wire('a\u2028b\u0085c')), '"a\\u2028b\\u0085c"');
  assert.equal(JSON.parse(quoted('\xff')), '\ufffd');
  assert.equal(quoted('say "hi"\\'), String.raw`"say \"hi\"\\"`);
  assert.equal(bare('a"b'), String.raw`a\"b`);
});

test('long values are cut', () => {
  const text = JSON.parse(quoted('x'.repeat(70_000))) as string;
  assert.equal(text.length, 2049);
  assert.ok(text.endsWith('x…'));
});

test('values of parameters that look like credentials are not told', () => {
  assert.equal(shownQuery('?a=b&TOKEN=c&client_secret=d&X-Amz-Signature=e&sig=&tokens=f&=g&%zz=h&pass%77ord=i&to+ken=j'),
    'a=b&TOKEN=REDACTED&client_secret=REDACTED&X-Amz-Signature=REDACTED&sig=REDACTED&tokens=f&=g&%zz=h&pass%77ord=REDACTED&to+ken=j');
  assert.equal(shownQuery('?'), '');
});
