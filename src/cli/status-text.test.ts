import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Condition } from '../status/index.ts';
import { paletteFor } from './colour.ts';
import { statusText } from './status-text.ts';

const condition = (type: string, status: Condition['status'], reason: string): Condition => ({ type, status, reason, message: 'It is so.', observedGeneration: 1, lastTransitionTime: '2026-01-01T00:00:00Z' });

test('a policy or backend is told for each of its ancestors', () => {
  const ref = { group: 'gateway.networking.x-k8s.io', kind: 'XBackendTrafficPolicy', namespace: 'shop', name: 'p' };
  const ancestors = [
    { ancestorRef: { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'infra', name: 'gw' }, conditions: [condition('Accepted', 'True', 'Accepted')] },
    { ancestorRef: { group: '', kind: 'Service', name: 'missing' }, conditions: [condition('Accepted', 'False', 'TargetNotFound')] },
  ];
  const text = statusText([{ apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', ref, generation: 1, status: { ancestors } }], paletteFor({ isTTY: false }));
  assert.deepEqual(text.split('\n'), [
    'XBackendTrafficPolicy shop/p',
    '  ancestor Gateway infra/gw',
    '    Accepted  True  Accepted  It is so.',
    '  ancestor Service shop/missing',
    '    Accepted  False  TargetNotFound  It is so.',
    '',
  ]);
});
