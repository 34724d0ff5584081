import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileRule } from './compile.ts';
import { CelSyntaxError } from './tokens.ts';

const cases: readonly (readonly [rule: string, self: unknown, holds: boolean])[] = [
  ['self.a == 1', { a: 1 }, true],
  ['self.a == 1', {}, false],
  ['self.missing > 0 || self.a == 1', { a: 1 }, true],
  ['self.missing > 0 && self.a == 2', { a: 1 }, false],
  ['!(self.missing > 0 && self.a == 2)', { a: 1 }, true],
  ['self.missing > 0 || self.a == 2', { a: 1 }, false],
  ['self.all(x, x.n > 0)', [{ n: 1 }, { n: 2 }], true],
  ['self.all(x, x.n > 0)', [{ n: 1 }, {}], false],
  ['self.exists(x, x.n > 0)', [{}, { n: 2 }], true],
  ['self.exists_one(x, x == 1)', [1, 1], false],
  ['self.filter(x, x == 1).size() <= 1', [1, 2], true],
  ['self.all(k, k.size() < 3)', { ab: 'value' }, true],
  ["'*' in self", ['*'], true],
  ["'k' in self", { k: 1 }, true],
  ["'constructor' in self", {}, false],
  ['has(self.toString)', {}, false],
  ['self.__namespace__ == "x"', { namespace: 'x' }, true],
  ['self[0] + self[1] - 1 == 2', [1, 2], true],
  ['self[5] == 1', [1], false],
  ['self ? true : false', 'text', false],
  ["self.substring(2) == 'cd'", 'abcd', true],
  ["self.substring(9) == ''", 'abcd', false],
  ["self.split('/')[0] == 'a'", 'a/b', true],
  ["size(self) == 1", '\u{1F600}', true],
  ['self.matches(r"""^\\d+$""")', '42', true],
  ["self.matches('^(?i)abc$')", 'ABC', true],
  ["duration(self) > duration('1h')", '90m', true],
  ["duration(self) > duration('1h')", 'soon', false],
  ['isIP(self)', '::ffff:10.0.0.1', true],
  ['isIP(self)', '1.2.3', false],
  ['!format.dns1123Subdomain().validate(self).hasValue()', 'a.example.com', true],
  ['!format.dns1123Subdomain().validate(self).hasValue()', 'A_b', false],
  ['!format.qualifiedName().validate(self).hasValue()', 'example.com/Name', true],
  ['!format.qualifiedName().validate(self).hasValue()', '/Name', false],
  ['self == [1, [2]]', [1, [2]], true],
];

for (const [rule, self, holds] of cases) {
  test(`${rule} on ${JSON.stringify(self)} is ${holds}`, () => assert.equal(compileRule(rule).holds(self), holds));
}

test('a rule about the old object is not checked on a new one', () => {
  const rule = compileRule('self == oldSelf');
  assert.equal(rule.needsOld, true);
  assert.equal(rule.holds(1), true);
});

for (const rule of ['self.', 'self == ', 'unknown == 1', 'self.shout()', '"open', '1 +* 2', 'has(self)', 'self.all(1, true)', '1.5', 'self 1', '"\\q"']) {
  test(`refuses ${rule}`, () => assert.throws(() => compileRule(rule), CelSyntaxError));
}
