import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildModel, type Model } from '../model/index.ts';
import { backingServices, throughBackingServices } from './backing-services.ts';
import { syntheticObject } from './synthetic-object.ts';

function modelOf(...objects: unknown[]): Model {
  const model = buildModel({ objects: objects.map((it) => syntheticObject(it)), findings: [] });
  assert.deepEqual(model.findings, []);
  return model;
}

const xbackend = (name: string): unknown => ({
  apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackend', metadata: { name, namespace: 'shop' },
  spec: { type: 'EndpointSelector', endpointSelector: { matchLabels: { app: 'web' } }, port: { number: 8080 } },
});

test('each selecting XBackend gets a headless Service that an API server takes, with the XBackend as its owner', () => {
  const names = ['web', '0', 'a.very.long.name-'.repeat(12) + 'x', '7.dots'];
  const services = backingServices(modelOf(...names.map(xbackend)));
  const model = modelOf(...services.values());
  assert.equal(model.objects.Service.size, names.length);
  assert.deepEqual([...model.objects.Service.values()].map(({ object }) => object.metadata.ownerReferences?.[0]?.name), names);
  const [first] = model.objects.Service.values();
  assert.deepEqual(first?.object.spec.selector, { app: 'web' });
  assert.equal(first?.object.spec.ports?.[0]?.targetPort, 8080);
});

test('an external name needs no Service', () => {
  const external = {
    apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XBackend', metadata: { name: 'api', namespace: 'shop' },
    spec: { type: 'ExternalHostname', externalHostname: { hostname: 'api.example.com' }, port: { number: 443 } },
  };
  assert.equal(backingServices(modelOf(external)).size, 0);
});

test('a mapping means a Service first, then an XBackend', () => {
  const mapping = { namespace: 'shop', service: 'web', port: 8080, to: [{ host: '127.0.0.1', port: 1 }] };
  const model = modelOf(xbackend('web'));
  const [service] = backingServices(model).keys();
  assert.equal(`shop/${throughBackingServices([mapping], model)[0]?.service}`, service);
  const both = modelOf(xbackend('web'), { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web', namespace: 'shop' }, spec: { ports: [{ port: 8080 }] } });
  assert.equal(throughBackingServices([mapping], both)[0]?.service, 'web');
});
