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
    '  cause: It is so.',
    '  mend:  postern explain xbackendtrafficpolicy/p -n shop tries what helps',
    '  ancestor Gateway infra/gw',
    '    Accepted  True  Accepted  It is so.',
    '  ancestor Service shop/missing',
    '    Accepted  False  TargetNotFound  It is so.',
    '',
  ]);
});

test('what needs mending comes first, with its place where that is known', () => {
  const route = (name: string, status: Condition['status']): Parameters<typeof statusText>[0][number] => ({
    apiVersion: 'gateway.networking.k8s.io/v1', ref: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop', name }, generation: 1,
    status: { parents: [{ parentRef: { name: 'gw' }, conditions: [condition('Accepted', status, 'So')] }] },
  });
  const [good, bad] = [route('good', 'True'), route('bad', 'False')];
  const position = { file: 'in.yaml', line: 3, column: 5 };
  const text = statusText([good, bad], paletteFor({ isTTY: false }), [{ code: 'refs-not-resolved', severity: 'error', message: 'HTTPRoute shop/bad: It is so.', object: bad.ref, position }]);
  assert.deepEqual(text.split('\n').slice(0, 3), ['HTTPRoute shop/bad', '  cause: It is so.', '  mend:  in.yaml:3:5; postern explain httproute/bad -n shop tries what helps']);
});
