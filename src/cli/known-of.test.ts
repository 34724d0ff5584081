import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SourceObject } from '../contract/index.ts';
import { knownOf } from './known-of.ts';
import { nativeSettings } from './settings.ts';

const api = 'gateway.networking.k8s.io/v1';
const source = (value: object, order: number): SourceObject => ({ value, generation: 1, order, locate: () => undefined, excerpt: () => undefined });
const gateway = { apiVersion: api, kind: 'Gateway', metadata: { name: 'web' }, spec: { gatewayClassName: 'x', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] } };
const route = (parent: string): object => ({ apiVersion: api, kind: 'HTTPRoute', metadata: { name: 'r' }, spec: { parentRefs: [{ name: parent }], rules: [{ backendRefs: [{ name: 's', port: 80 }] }] } });
const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: { ports: [{ port: 80 }] } };

test('what is tried is seen while it is looked at, one try within another, and afterwards all is as before', () => {
  const objects = [gateway, route('wbe'), service].map(source);
  const known = knownOf({ objects, findings: [] }, nativeSettings({ strict: false }));
  const routesIn = ({ ir }: typeof known): number => Object.keys(ir.routes).length;
  const before = JSON.stringify([known.ir, [...known.meaning.model.objects.HTTPRoute.keys()], known.meaning.findings]);
  assert.equal(routesIn(known), 0);
  const mended = [objects[0]!, source(route('web'), 1), objects[2]!];
  const seen = known.meaning.trying!(mended, (after) => {
    const inner = after.meaning.trying!(objects.slice(0, 1), routesIn);
    return [inner, routesIn(after), after.meaning.findings.filter(({ severity }) => severity === 'error').length];
  });
  assert.deepEqual(seen, [0, 1, 0]);
  assert.equal(JSON.stringify([known.ir, [...known.meaning.model.objects.HTTPRoute.keys()], known.meaning.findings]), before);
  assert.throws(() => known.meaning.trying!(mended, () => { throw new Error('looked wrong'); }), /looked wrong/);
  assert.equal(routesIn(known), 0);
});
