import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Graph } from '../attach/index.ts';
import { classDocuments, type StatusInputs } from './status-documents.ts';

const inputs = { now: '2026-01-01T00:00:00Z' } as StatusInputs;

function featuresWith(release: Graph['release']): unknown {
  const node = { class: { ref: { kind: 'GatewayClass', name: 'a' }, generation: 1 }, accepted: { ok: true, reason: 'Accepted', message: '' } };
  const graph = { classes: new Map([['a', node]]), release, features: ['Gateway', 'HTTPRoute'] } as unknown as Graph;
  return (classDocuments(graph, inputs)[0]!.status as { readonly supportedFeatures: unknown }).supportedFeatures;
}

test('features are claimed of the release that Postern is made for, and of no other', () => {
  assert.deepEqual(featuresWith({ ok: true, reason: 'SupportedVersion', message: '' }), [{ name: 'Gateway' }, { name: 'HTTPRoute' }]);
  assert.deepEqual(featuresWith({ ok: false, reason: 'UnsupportedVersion', message: '' }), []);
});
