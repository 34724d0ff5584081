/** What an API server takes as `spec.addresses[].routability` (GEP-5093, scenario of its conformance tests). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit } from './index.ts';

function isTaken(routability: string): boolean {
  return admit({
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { name: 'gw', namespace: 'default' },
    spec: { gatewayClassName: 'c', addresses: [{ routability }], listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  }).outcome === 'admitted';
}

test('empty, Cluster, and names with a prefix of an implementation', () => {
  for (const good of ['', 'Cluster', 'testing.x-k8s.io/sentinel', 'testing.x-k8s.io/other', 'example.com/CorpWan', 'example.com/a/b', 'a/b', 'notk8s.io/x', `e.com/${'x'.repeat(247)}`]) {
    assert.equal(isTaken(good), true, good);
  }
  const bad = [
    'cluster', 'Public', 'Private', 'CLUSTER', '/x', 'example.com/', 'example.com', 'Example.com/x', 'exa_mple.com/x', '-a.com/x', 'a..b/x', ' /x',
    'k8s.io/value', 'example.k8s.io/value', 'gateway.networking.k8s.io/value', `e.com/${'x'.repeat(248)}`,
  ];
  for (const one of bad) assert.equal(isTaken(one), false, one);
});
