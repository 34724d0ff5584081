import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpRuleOf } from './grpc.ts';

const cases: readonly (readonly [string, object | undefined, object])[] = [
  ['service and method', { type: 'Exact', service: 'a.B', method: 'C' }, { type: 'Exact', value: '/a.B/C' }],
  ['a service', { type: 'Exact', service: 'a.B' }, { type: 'PathPrefix', value: '/a.B' }],
  ['a method', { type: 'Exact', method: 'C' }, { type: 'RegularExpression', value: '/[^/]+/C' }],
  ['expressions', { type: 'RegularExpression', service: 'a|b', method: 'c.*' }, { type: 'RegularExpression', value: '/(?:a|b)/(?:c.*)' }],
  ['an expression for the service', { type: 'RegularExpression', service: 'a.*' }, { type: 'RegularExpression', value: '/(?:a.*)/(?:[^/]+)' }],
  ['any call', undefined, { type: 'PathPrefix', value: '/' }],
];

for (const [name, method, path] of cases) {
  test(`a match on ${name}`, () => {
    const rule = httpRuleOf({ matches: [method === undefined ? {} : { method }] } as Parameters<typeof httpRuleOf>[0]);
    assert.deepEqual(rule.matches, [{ path }]);
  });
}
