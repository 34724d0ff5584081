import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Ir } from '../ir/index.ts';
import { GatewayPart } from './gateway-part.ts';

const origin = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'a', name: 'web' };
const ir = {
  sockets: { s: { address: '0.0.0.0', port: 80, transport: 'tcp' } },
  listeners: { l: { socket: 's', tracing: 't', hosts: [], origin } },
  tracings: { t: { collector: 'otel', protocol: 'grpc', authority: 'otel:4317', headers: [], share: 1, attributes: [], origin } },
  routes: {}, certificates: {}, backends: { otel: { origin }, other: { origin } }, endpoints: { otel: [{ address: '192.0.2.1', port: 4317 }], other: [] },
} as unknown as Ir;

test('a data plane knows the collector of its traces and where that is, and no other backend', () => {
  const part = new GatewayPart('a', 'web');
  part.update(ir);
  assert.deepEqual([...part.entries.keys()].filter((name) => /^(backends|endpoints|tracings)\//.test(name)).sort(), ['backends/otel', 'endpoints/otel', 'tracings/t']);
  const moved = { ...ir, endpoints: { ...ir.endpoints, otel: [] } };
  assert.deepEqual([...part.update(moved, { listeners: new Set(), routes: new Set(), backends: new Set(), endpoints: new Set(['otel']) })], ['endpoints/otel']);
});
