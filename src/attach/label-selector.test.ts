import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LabelSelector, selects } from './label-selector.ts';

const labels = new Map([['team', 'blue'], ['kubernetes.io/metadata.name', 'shop'], ['empty', '']]);

const cases: readonly (readonly [what: string, selector: LabelSelector, wanted: boolean])[] = [
  ['nothing asked', {}, true],
  ['empty lists', { matchLabels: {}, matchExpressions: [] }, true],
  ['a label', { matchLabels: { team: 'blue' } }, true],
  ['the implied label', { matchLabels: { 'kubernetes.io/metadata.name': 'shop' } }, true],
  ['an empty label', { matchLabels: { empty: '' } }, true],
  ['another value', { matchLabels: { team: 'red' } }, false],
  ['a label that is not there', { matchLabels: { other: '' } }, false],
  ['one of two', { matchLabels: { team: 'blue', other: 'x' } }, false],
  ['In', { matchExpressions: [{ key: 'team', operator: 'In', values: ['red', 'blue'] }] }, true],
  ['In others', { matchExpressions: [{ key: 'team', operator: 'In', values: ['red'] }] }, false],
  ['In without label', { matchExpressions: [{ key: 'other', operator: 'In', values: ['x'] }] }, false],
  ['NotIn', { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['red'] }] }, true],
  ['NotIn with it', { matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['blue'] }] }, false],
  ['NotIn without label', { matchExpressions: [{ key: 'other', operator: 'NotIn', values: ['x'] }] }, true],
  ['Exists', { matchExpressions: [{ key: 'empty', operator: 'Exists' }] }, true],
  ['Exists without label', { matchExpressions: [{ key: 'other', operator: 'Exists' }] }, false],
  ['DoesNotExist', { matchExpressions: [{ key: 'other', operator: 'DoesNotExist' }] }, true],
  ['DoesNotExist with it', { matchExpressions: [{ key: 'empty', operator: 'DoesNotExist' }] }, false],
  ['an operator of the future', { matchExpressions: [{ key: 'team', operator: 'Like', values: ['blue'] }] }, false],
  ['labels and expressions', { matchLabels: { team: 'blue' }, matchExpressions: [{ key: 'team', operator: 'NotIn', values: ['blue'] }] }, false],
];

for (const [what, selector, wanted] of cases) {
  test(`${what}: ${wanted ? 'selected' : 'not selected'}`, () => assert.equal(selects(selector, labels), wanted));
}
