/** Compares the patterns of the CRDs, as native regular expressions, with an RE2 engine. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { RE2JS } from 're2js';
import { gatewayApiKinds, posternKinds } from './gen/kinds.ts';
import { patternOf } from './pattern.ts';
import type { Schema } from './schema.ts';

function allPatterns(): Set<string> {
  const patterns = new Set<string>();
  function visit(schema: Schema): void {
    if (schema.pattern !== undefined) patterns.add(schema.pattern);
    for (const { rule } of schema['x-kubernetes-validations'] ?? []) for (const found of rule.matchAll(/matches\(r"""(.*?)"""\)/g)) patterns.add(found[1]!);
    for (const child of [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties]) if (child !== undefined) visit(child);
  }
  for (const kind of [...gatewayApiKinds, ...posternKinds]) for (const schema of kind.schemas) visit(schema);
  return patterns;
}

const pieces = ['a', 'Z', '0', '-', '.', '*', '*.', '/', ':', '//', ' ', '\t', '\n', '%2f', '%', '_', '$', '{', '?', '#', 'é', '1s', '5ms', 'http://', 'System', 'Hostname', '\u2028'];
const texts = fc.array(fc.constantFrom(...pieces), { maxLength: 8 }).map((parts) => parts.join(''));

for (const pattern of allPatterns()) {
  test(`is what RE2 makes of ${pattern}`, () => {
    const reference = RE2JS.compile(pattern);
    fc.assert(fc.property(texts, (text) => {
      assert.equal(patternOf(pattern).test(text), reference.matcher(text).find());
    }), { numRuns: 200 });
  });

  // A pattern that backtracks exponentially would not come to an end here.
  test(`is not slow on long text: ${pattern}`, () => {
    for (const unit of ['a', 'a-', 'a.', '!', 'a/', '1s', 'a ']) assert.equal(typeof patternOf(pattern).test(`${unit.repeat(126)}\u0000`), 'boolean');
  });
}
