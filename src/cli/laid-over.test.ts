import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceObject } from '../contract/index.ts';
import { laidOver } from './laid-over.ts';

function source(value: unknown): SourceObject {
  return { value, generation: 1, order: 0, locate: () => undefined, excerpt: () => undefined };
}

const route = (apiVersion: string, name: string, more: object = {}): SourceObject => source({ apiVersion, kind: 'HTTPRoute', metadata: { name, ...more } });

test('what is applied takes the place of what is there, whatever version it is written in, and the rest stays', () => {
  const there = [route('gateway.networking.k8s.io/v1', 'cart', { namespace: 'default', uid: '1', creationTimestamp: '2026-01-01T00:00:00Z' }), route('gateway.networking.k8s.io/v1', 'cart', { namespace: 'shop' }), source({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'cart' } })];
  const applied = [route('gateway.networking.k8s.io/v1beta1', 'cart'), route('gateway.networking.k8s.io/v1', 'new')];
  const { objects } = laidOver({ objects: there, findings: [] }, { objects: applied, findings: [] });
  assert.deepEqual(objects.slice(0, 2), [there[1], there[2]]);
  assert.deepEqual(objects.slice(2).map(({ value }) => value), [{ apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'HTTPRoute', metadata: { name: 'cart', creationTimestamp: '2026-01-01T00:00:00Z' } }, applied[1]!.value]);
});

test('what cannot be told apart stays', () => {
  const odd = [source(null), source('text')];
  assert.equal(laidOver({ objects: odd, findings: [] }, { objects: [], findings: [] }).objects.length, 2);
});
