import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { readWithLibrary } from './library-reader.ts';
import { readQuickly } from './quick-reader.ts';
import { splitDocuments } from './split-documents.ts';
import { toPlainValue, type YamlNode } from './yaml-node.ts';

const examples = globSync('examples/**/*.yaml', { cwd: new URL('../../..', import.meta.url).pathname })
  .flatMap((path) => splitDocuments(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')))
  .map((document) => document.text);

/** The quick reader may leave a text to the library, but never read it differently. */
function assertAgree(text: string): YamlNode | undefined {
  const quick = readQuickly(text);
  if (quick !== undefined) assert.deepEqual({ node: quick }, readWithLibrary(text), text);
  return quick;
}

test('both readers agree on the examples, and the quick one reads them', () => {
  assert.ok(examples.length > 0);
  for (const text of examples) assert.notEqual(assertAgree(text), undefined, text);
});

test('both readers agree on damaged examples', () => {
  const piece = fc.constantFrom('', ' ', '  ', '\n', '\t', ':', ': ', '- ', '-', '#', ' #', '"', "'", '[', ']', '{', '}', ',', '|', '|-\n', '>', '&a ', '*a', '!', '\r\n', '\r', '---\n', '...\n', '\\', 'é', '?', '@', '~', 'null', '1', 'yes', '<<: ');
  const base = fc.constantFrom(...examples.filter((text) => text.length < 3000));
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(4), piece), { minLength: 1, maxLength: 3 });
  fc.assert(fc.property(base, damage, (text, cuts) => {
    let damaged = text;
    for (const [at, length, put] of cuts) {
      const from = at % (damaged.length + 1);
      damaged = damaged.slice(0, from) + put + damaged.slice(from + length);
    }
    for (const document of splitDocuments(damaged)) if (document.problem === undefined) assertAgree(document.text);
  }), { numRuns: 300 });
});

test('both readers agree on small texts of the signs that matter', () => {
  const text = fc.array(fc.constantFrom('a', 'b', 'yes', '1', ':', ': ', ' ', '  ', '\n', '\n  ', '\n- ', '- ', '#', '"', "'", '[', ']', '{', '}', ', ', '|\n', '\n    '), { maxLength: 14 }).map((parts) => parts.join(''));
  fc.assert(fc.property(text, (written) => {
    if (written.trim() !== '') assertAgree(written);
  }), { numRuns: 3000 });
});

test('what the library writes, both readers read back', () => {
  const value = fc.object({ key: fc.stringMatching(/^[a-z][A-Za-z]{2,8}$/), values: [fc.stringMatching(/^[ -~]{0,20}$/), fc.integer(), fc.boolean()], maxDepth: 4 });
  fc.assert(fc.property(value, (written) => {
    if (Object.keys(written).length === 0) return;
    const text = stringify(written, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 });
    const quick = assertAgree(text);
    if (quick !== undefined) assert.deepEqual(toPlainValue(quick), JSON.parse(JSON.stringify(written)));
  }), { numRuns: 300 });
});

test('forms that the quick reader knows', () => {
  const known: readonly (readonly [string, unknown])[] = [
    ['---\na: 1\n', { a: 1 }],
    ['a:\n- b\n- c: d\n  e: f\ng: h', { a: ['b', { c: 'd', e: 'f' }], g: 'h' }],
    ['a:\n  - - 1\n    - 2\n  - 3\n', { a: [[1, 2], 3] }],
    ['a: # note\n  b: "x # y" # z\n  c: \'it\'\'s\'\r\n  d: x#y\n', { a: { b: 'x # y', c: "it's", d: 'x#y' } }],
    ['a: [x, "y", {z: 1}]\nb: {}\nc: []\n', { a: ['x', 'y', { z: 1 }], b: {}, c: [] }],
    ['a: |\n  x\n    y\n\n  z\n\nb: |-\n  w\nc:\n', { a: 'x\n  y\n\nz\n', b: 'w', c: null }],
    ['kubernetes.io/name: x:y\nurl: http://a/b?c=d\n', { 'kubernetes.io/name': 'x:y', url: 'http://a/b?c=d' }],
  ];
  for (const [text, value] of known) {
    const node = assertAgree(text);
    assert.notEqual(node, undefined, text);
    assert.deepEqual(node && toPlainValue(node), value);
  }
});

test('a key __proto__ becomes an own property and nothing else', () => {
  const node = readWithLibrary('__proto__: {polluted: yes}\na: 1\n');
  assert.ok('node' in node && node.node !== undefined);
  const value = toPlainValue(node.node) as Record<string, unknown>;
  assert.deepEqual(Object.keys(value), ['__proto__', 'a']);
  assert.equal(Object.getPrototypeOf(value), Object.prototype);
  assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
});

test('a carriage return that ends no line is the library\'s to judge', () => {
  assert.equal(readQuickly('a:\n  app: revi\r'), undefined);
  assert.notEqual(readQuickly('a:\r\n  app: revi\r\n'), undefined);
});
