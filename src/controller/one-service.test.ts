import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FleetGateway, FleetParameters } from '../fleet/index.ts';
import { withLiveClass, withoutOwnName, type LiveService } from './one-service.ts';

function gateway(name: string, className: string, parameters?: FleetParameters): FleetGateway {
  return { namespace: 'shop', name, uid: `uid-of-${name}`, className, ports: [], labels: {}, annotations: {}, ...(parameters === undefined ? {} : { parameters }) };
}

const balanced = (loadBalancerClass?: string): LiveService => ({ spec: { type: 'LoadBalancer', ...(loadBalancerClass === undefined ? {} : { loadBalancerClass }) } });

test('the class of a load balancer stays as it is, whoever set it', () => {
  const classIn = (wanted: string | undefined, live: LiveService | undefined): unknown[] => {
    const { gateway: { parameters }, note } = withLiveClass(gateway('web', 'c', wanted === undefined ? {} : { replicas: 3, service: { loadBalancerClass: wanted } }), live);
    return [parameters?.service?.loadBalancerClass, note];
  };
  assert.deepEqual(classIn('a', undefined), ['a', undefined]);
  assert.deepEqual(classIn('a', balanced()), ['a', undefined]);
  assert.deepEqual(classIn('a', balanced('a')), ['a', undefined]);
  assert.deepEqual(classIn(undefined, balanced('a')), ['a', undefined]);
  assert.deepEqual(classIn('b', balanced('a')), ['a', 'Service shop/web-c keeps loadBalancerClass a, which nobody can change to b; delete the Service, and it is made anew.']);
  assert.deepEqual(classIn('b', { spec: { type: 'ClusterIP' } }), ['b', undefined]);
  assert.equal(withLiveClass(gateway('web', 'c', { replicas: 3 }), balanced('a')).gateway.parameters?.replicas, 3);
});

test('two Gateways whose objects would have one name: the one that has them keeps them', () => {
  const [one, other] = [gateway('a', 'b-c'), gateway('a-b', 'c')];
  const service = (uid: string): LiveService => ({ metadata: { ownerReferences: [{ kind: 'Gateway', uid }] } });
  assert.deepEqual([...withoutOwnName([one, other, gateway('d', 'c')], () => undefined)], [
    ['shop/a-b', 'Its objects would be called a-b-c, as those of Gateway shop/a are; rename one of the two.'],
  ]);
  assert.deepEqual([...withoutOwnName([one, other], (key) => (key === 'shop/a-b-c' ? service(other.uid) : undefined)).keys()], ['shop/a']);
  assert.deepEqual([...withoutOwnName([one, { ...other, namespace: 'elsewhere' }], () => undefined)], []);
});
