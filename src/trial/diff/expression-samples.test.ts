import assert from 'node:assert/strict';
import { test } from 'node:test';
import { samplesOf } from './expression-samples.ts';

const expressions = [
  '/v[0-9]+/items', '/(a|b)/?.*', '/users/\\d{2,4}', '[^/]+/x', '(?:GET|PUT)', '(?P<name>[a-z]+)-\\w*', '\\.html$', '^/exact$', 'a|bc|d+', '/[a-z0-9_-]{3}', '/\\(literal\\)', '.*', '[[:alpha:]]+x', '(foo|bar){2}', '/[^a-z]x',
];

for (const expression of expressions) {
  test(`${expression} is met by its samples`, () => {
    // JavaScript writes names of groups and classes of POSIX otherwise than RE2.
    const whole = new RegExp(`^(?:${expression.replaceAll('(?P<', '(?<').replaceAll('[:alpha:]', 'a-zA-Z')})$`);
    const samples = samplesOf(expression);
    assert.ok(samples.length > 0);
    for (const it of samples) assert.match(it, whole);
  });
}

test('alternatives are all met', () => {
  assert.deepEqual(new Set(samplesOf('/(a|b)')), new Set(['/a', '/b']));
});

test('what is broken gives a text or none, and ends', () => {
  for (const expression of ['(', '[', '\\', 'a{', ')', '(?i', '(?i)x', '[]', 'a{99999}']) assert.ok(samplesOf(expression).every((it) => it.length <= 200), expression);
});
