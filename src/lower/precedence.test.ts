import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Match } from '../ir/index.ts';
import { comparePrecedence, type Ranked } from './precedence.ts';

const values = fc.array(fc.constant({ name: 'x', kind: 'exact' as const, value: 'y' }), { maxLength: 2 });
const match: fc.Arbitrary<Match> = fc.record({
  path: fc.record({ kind: fc.constantFrom('exact' as const, 'prefix' as const, 'regex' as const), value: fc.constantFrom('', '/a', '/a/b') }),
  method: fc.option(fc.constantFrom('GET', 'POST'), { nil: undefined }), headers: values, query: values,
}).map(({ method, ...rest }) => ({ ...rest, ...(method === undefined ? {} : { method }) }));
const small = fc.integer({ min: 0, max: 2 });
const ranked: fc.Arbitrary<Ranked> = fc.record({ match, age: small, rule: small, index: small });

test('precedence is a total order over matches at distinct places', () => {
  fc.assert(fc.property(ranked, ranked, ranked, (a, b, c) => {
    assert.equal(comparePrecedence(a, a), 0);
    assert.equal(Math.sign(comparePrecedence(a, b)), -Math.sign(comparePrecedence(b, a)) + 0);
    if (comparePrecedence(a, b) <= 0 && comparePrecedence(b, c) <= 0) assert.ok(comparePrecedence(a, c) <= 0, 'transitive');
    const isSamePlace = a.age === b.age && a.rule === b.rule && a.index === b.index;
    if (!isSamePlace) assert.notEqual(comparePrecedence(a, b), 0, 'no ties');
  }), { numRuns: 3000 });
});

test('sorting does not depend on the order of what is sorted', () => {
  fc.assert(fc.property(fc.uniqueArray(ranked, { selector: ({ age, rule, index }) => `${age} ${rule} ${index}`, maxLength: 8 }), (list) => {
    assert.deepEqual([...list].reverse().sort(comparePrecedence), [...list].sort(comparePrecedence));
  }));
});

/** Each beats the next, whatever the less important criteria say. */
test('the criteria count in the order of the spec', () => {
  const many = [{ name: 'a', kind: 'exact' as const, value: '' }, { name: 'b', kind: 'exact' as const, value: '' }];
  const one = many.slice(0, 1);
  const late = { age: 9, rule: 9, index: 9 };
  const order: Ranked[] = [
    { match: { path: { kind: 'exact', value: '/a' } }, ...late },
    { match: { path: { kind: 'regex', value: '/a.*' } }, ...late },
    { match: { path: { kind: 'prefix', value: '/abc' } }, ...late },
    { match: { path: { kind: 'prefix', value: '/a' }, method: 'GET' }, ...late },
    { match: { path: { kind: 'prefix', value: '/a' }, headers: many }, ...late },
    { match: { path: { kind: 'prefix', value: '/a' }, headers: one, query: many }, ...late },
    { match: { path: { kind: 'prefix', value: '/a' }, headers: one, query: one }, ...late },
    { match: { path: { kind: 'prefix', value: '/a' }, query: one }, ...late },
    { match: { path: { kind: 'prefix', value: '/a' } }, age: 0, rule: 9, index: 9 },
    { match: { path: { kind: 'prefix', value: '/b' } }, age: 1, rule: 0, index: 9 },
    { match: { path: { kind: 'prefix', value: '/a' } }, age: 1, rule: 1, index: 0 },
    { match: { path: { kind: 'prefix', value: '/a' } }, age: 1, rule: 1, index: 1 },
  ];
  assert.deepEqual([...order].reverse().sort(comparePrecedence), order);
});
