import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Finding } from '../contract/index.ts';
import { objectEvents } from './object-events.ts';

const finding: Finding = {
  code: 'parent-not-found', severity: 'error', message: 'HTTPRoute default/web: parent Gateway default/wbe not found.', hint: 'Did you mean web?',
  object: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'default', name: 'web' },
};
const metadata = { namespace: 'default', name: 'web', uid: 'u1', resourceVersion: '1' };
const find = (kind: string, key: string) => (`${kind} ${key}` === 'HTTPRoute default/web' ? { apiVersion: 'gateway.networking.k8s.io/v1', kind, metadata } : undefined);

test('a route whose parent does not exist gets an Event, with what to do', () => {
  assert.deepEqual(objectEvents([finding], find), [{
    regarding: { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', namespace: 'default', name: 'web', uid: 'u1' },
    reason: 'ParentNotFound', action: 'Attach', note: 'HTTPRoute default/web: parent Gateway default/wbe not found. Did you mean web?',
  }]);
});

test('what has a status, what others serve, and what is gone gets none', () => {
  assert.deepEqual(objectEvents([{ ...finding, code: 'not-accepted' }, { ...finding, severity: 'warning' }, { ...finding, object: { ...finding.object!, name: 'gone' } }], find), []);
});
