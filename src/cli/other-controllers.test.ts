import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serviceIn } from './other-controllers.ts';

test('the Service of the control plane is known by its name in the cluster', () => {
  const service = { namespace: 'postern-system', name: 'postern' };
  for (const name of ['postern.postern-system', 'postern.postern-system.svc', 'postern.postern-system.svc.cluster.local']) assert.deepEqual(serviceIn(`${name}:18000`), service);
  for (const other of ['127.0.0.1:18000', '172.18.0.2:18000', 'postern:18000', 'control.example.com:18000', '[::1]:18000', '']) assert.equal(serviceIn(other), undefined, other);
});
