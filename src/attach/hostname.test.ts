import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { compareSpecificity, covers, intersect } from './hostname.ts';

/** Few labels, so that names meet often. */
const label = fc.constantFrom('a', 'b', 'ab', 'example');
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const hostname = fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 4, arbitrary: name }, { weight: 4, arbitrary: name.map((it) => `*.${it}`) });

/** What a hostname stands for, by the spec's words and not by `covers`: any host; any labels before the suffix; the host itself. */
function standsFor(pattern: string, host: string): boolean {
  if (pattern === '') return true;
  if (!pattern.startsWith('*.')) return pattern === host;
  const labels = host.split('.');
  const suffix = pattern.slice(2).split('.');
  return labels.length > suffix.length && labels.slice(-suffix.length).join('.') === suffix.join('.');
}

test('a host is covered as the spec says', () => {
  fc.assert(fc.property(hostname, name, (pattern, host) => { assert.equal(covers(pattern, host), standsFor(pattern, host)); }), { numRuns: 2000 });
});

test('covering is reflexive, transitive, and only equals cover each other', () => {
  fc.assert(fc.property(hostname, hostname, hostname, (a, b, c) => {
    assert.ok(covers(a, a));
    if (covers(a, b) && covers(b, c)) assert.ok(covers(a, c), `${a} ⊇ ${b} ⊇ ${c}`);
    if (covers(a, b) && covers(b, a)) assert.equal(a, b);
  }), { numRuns: 2000 });
});

test('an intersection is commutative, and both cover it', () => {
  fc.assert(fc.property(hostname, hostname, (a, b) => {
    const both = intersect(a, b);
    assert.equal(both, intersect(b, a));
    if (both !== undefined) assert.ok(covers(a, both) && covers(b, both), `${a} ∩ ${b} = ${both}`);
  }), { numRuns: 2000 });
});

test('a host belongs to an intersection if and only if it belongs to both', () => {
  fc.assert(fc.property(hostname, hostname, name, (a, b, host) => {
    const both = intersect(a, b);
    assert.equal(both !== undefined && standsFor(both, host), standsFor(a, host) && standsFor(b, host), `${host} in ${a} ∩ ${b} = ${both}`);
  }), { numRuns: 3000 });
});

test('the order of precedence: exact, then wildcards by length, then every host', () => {
  const sorted = ['', '*.com', 'x.io', '*.example.com', 'www.example.com', '*.a.example.com'].sort(compareSpecificity);
  assert.deepEqual(sorted, ['www.example.com', 'x.io', '*.a.example.com', '*.example.com', '*.com', '']);
});

test('whatever covers another hostname comes after it', () => {
  fc.assert(fc.property(hostname, hostname, (a, b) => {
    if (a !== b && covers(a, b)) assert.ok(compareSpecificity(b, a) < 0, `${b} before ${a}`);
  }), { numRuns: 2000 });
});
