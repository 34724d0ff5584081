import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceObject } from '../contract/index.ts';
import { skippedIngress } from './skipped-ingress.ts';

function source(value: unknown): SourceObject {
  return { value, generation: 1, order: 0, locate: () => undefined, excerpt: () => undefined };
}

test('an Ingress is named, with the annotations that route', () => {
  const annotations = { 'nginx.ingress.kubernetes.io/rewrite-target': '/', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
  const found = skippedIngress(source({ metadata: { name: 'shop', annotations } }), 'networking.k8s.io/v1/Ingress');
  assert.match(found?.message ?? '', /^Ingress default\/shop: left alone/);
  assert.match(found?.hint ?? '', /HTTPRoute.*nginx\.ingress\.kubernetes\.io\/rewrite-target$/);
});

test('an Ingress without a name or with odd metadata does not break the reading', () => {
  for (const value of [{}, { metadata: {} }, { metadata: { name: 1, annotations: 'x' } }]) {
    assert.equal(skippedIngress(source(value), 'networking.k8s.io/v1/Ingress')?.severity, 'warning');
  }
});

test('other skipped kinds stay quiet', () => {
  assert.equal(skippedIngress(source({}), 'networking.k8s.io/v1/NetworkPolicy'), undefined);
});
