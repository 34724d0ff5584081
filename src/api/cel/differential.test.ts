/** Compares the CEL subset with a complete CEL implementation on every rule of the CRDs and random values of the rule's schema. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CelScalar, celEnv, celFunc, isCelError, parse, plan } from '@bufbuild/cel';
import { strings } from '@bufbuild/cel/ext';
import * as fc from 'fast-check';
import { gatewayApiKinds, posternKinds } from '../gen/kinds.ts';
import { isIpAddress } from '../ip-address.ts';
import type { Schema } from '../schema.ts';
import { compileRule } from './compile.ts';

const env = celEnv({ funcs: [...strings, celFunc('isIP', [CelScalar.STRING], CelScalar.BOOL, isIpAddress)], variables: { self: CelScalar.DYN } });

/** Every rule once, with the first schema node that carries it. */
function allRules(): Map<string, Schema> {
  const rules = new Map<string, Schema>();
  function visit(schema: Schema): void {
    for (const { rule } of schema['x-kubernetes-validations'] ?? []) if (!rules.has(rule)) rules.set(rule, schema);
    for (const child of [...Object.values(schema.properties ?? {}), schema.items, schema.additionalProperties]) if (child !== undefined) visit(child);
  }
  for (const kind of [...gatewayApiKinds, ...posternKinds]) for (const schema of kind.schemas) visit(schema);
  return rules;
}

/** Values that fit a schema's structure, with strings that rules look for; patterns are ignored, so that rules meet odd values too. */
function valuesOf(schema: Schema, words: readonly string[]): fc.Arbitrary<unknown> {
  switch (schema.type) {
    case 'array': return fc.array(valuesOf(schema.items!, words), { maxLength: 3 });
    case 'object': {
      if (schema.additionalProperties !== undefined) return fc.dictionary(fc.constantFrom('a', 'example.com/b', 'x/y/z', '-', 'A_1'), valuesOf(schema.additionalProperties, words), { maxKeys: 2 });
      const fields = Object.entries(schema.properties ?? {}).map(([key, child]) => [key, valuesOf(child, words)] as const);
      return fc.record(Object.fromEntries(fields), { requiredKeys: schema.required?.filter((key) => key in (schema.properties ?? {})) ?? [], noNullPrototype: true });
    }
    case 'integer': case 'number': return fc.constantFrom(0, 1, 2, 100);
    case 'boolean': return fc.boolean();
    default: return fc.constantFrom(...(schema.enum as string[] | undefined) ?? [], ...words);
  }
}

function wordsOf(rule: string): string[] {
  // The reference takes '' for a duration of zero, Go and Kubernetes do not.
  if (rule.includes('duration(')) return ['0s', '1s', '500ms', '2h', '1h', '1h1ms', '90m'];
  const quoted = [...rule.matchAll(/'([^']*)'|(?<!"")"([^"]*)"/g)].map((found) => found[1] ?? found[2]!);
  return [...new Set([...quoted, '', 'a', '/', '/a//b', '/a/./b', '/a/..', 'example.com', '*.example.com', 'a.*.b', '10.0.0.1', '::1', '1s', '2h', '500ms', 'k8s.io/x', 'a.k8s.io/x', 'x.io/y'])];
}

/** Field names that are CEL keywords carry underscores in most rules; the reference knows nothing of that. */
function escaped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(escaped);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, child]): [string, unknown] => [key, escaped(child)]);
  return Object.fromEntries(fields.concat(fields.filter(([key]) => key === 'namespace').map(([, child]) => ['__namespace__', child])));
}

const rules = allRules();

test('every rule of the CRDs compiles', () => {
  assert.ok(rules.size >= 110, `${rules.size} rules`);
  for (const rule of rules.keys()) compileRule(rule);
});

for (const [rule, schema] of rules) {
  if (compileRule(rule).needsOld || rule.includes('format.')) continue;
  test(`agrees with a complete CEL on: ${rule.slice(0, 90)}`, () => {
    const reference = plan(env, parse(rule));
    fc.assert(fc.property(valuesOf(schema, wordsOf(rule)), (self) => {
      const expected = reference({ self: escaped(self) as never });
      assert.equal(compileRule(rule).holds(self), !isCelError(expected) && expected === true);
    }), { numRuns: 60 });
  });
}
