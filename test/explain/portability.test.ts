/** What manifests need of other implementations, held against the conformance suite's own words. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { conformanceReports, portabilityFindings } from '../../src/explain/index.ts';
import { overlapNeeds } from '../../src/explain/portable/listener-needs.ts';
import { needsOf } from '../../src/explain/portable/portability.ts';
import { untested } from '../../src/explain/portable/needed-features.ts';
import type { Modeled } from '../../src/model/index.ts';
import { testObjects } from '../conformance/harness/suite-objects.ts';
import { suiteTests } from '../conformance/harness/expectation.ts';
import { knownFrom } from './known.ts';

const api = 'gateway.networking.k8s.io/v1';
const gateway = (spec: object): object => ({ apiVersion: api, kind: 'Gateway', metadata: { name: 'g' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }], ...spec } });
const route = (rule: object): object => ({ apiVersion: api, kind: 'HTTPRoute', metadata: { name: 'r' }, spec: { parentRefs: [{ name: 'g' }], rules: [rule] } });

function needed(...objects: readonly object[]): string[] {
  const known = knownFrom(objects);
  const tables = Object.values(known.meaning.model.objects) as readonly ReadonlyMap<string, Modeled<unknown>>[];
  const all = [...tables.flatMap((it) => [...it.values()].flatMap(needsOf)), ...overlapNeeds(known)];
  return [...new Set(all.map(({ feature }) => feature))].sort();
}

test('what is written needs features, and what a default says does not', () => {
  assert.deepEqual(needed(gateway({}), route({ backendRefs: [{ name: 's', port: 80 }] })), ['HTTPRoute']);
  assert.deepEqual(needed(route({ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }] })), ['HTTPRoute', 'HTTPRouteSchemeRedirect']);
  assert.deepEqual(needed(route({ filters: [{ type: 'RequestRedirect', requestRedirect: { statusCode: 308 } }] })), ['HTTPRoute', 'HTTPRoute308RedirectStatusCode']);
  assert.deepEqual(needed(route({ matches: [{ path: { type: 'RegularExpression', value: '/a.*' } }] })), ['HTTPRoute', untested]);
  assert.deepEqual(needed(gateway({ addresses: [{ value: '10.0.0.1' }] })), ['GatewayStaticAddresses']);
});

test('findings name those that do not claim it, with version and date, and nobody else', () => {
  const known = knownFrom([gateway({}), route({ retry: { codes: [503] }, backendRefs: [{ name: 's', port: 80 }] })]);
  const all = [...conformanceReports.values()];
  const [claims, lacks] = [all.find(({ features }) => features.includes('HTTPRouteRetryCodes')), all.find(({ features }) => features.includes('HTTPRoute') && !features.includes('HTTPRouteRetryCodes'))];
  assert.ok(claims !== undefined && lacks !== undefined);
  assert.deepEqual(portabilityFindings(known, [claims.name]), []);
  const [finding, ...more] = portabilityFindings(known, [claims.name, lacks.name]);
  assert.equal(more.length, 0);
  assert.equal(finding?.message, `spec.rules[0].retry of HTTPRoute default/r needs HTTPRouteRetryCodes, which is not claimed by ${lacks.name} ${lacks.version} (Gateway API ${lacks.gatewayApi}, ${lacks.date}).`);
});

test('listeners that overlap need isolation', () => {
  const listeners = [{ name: 'a', port: 80, protocol: 'HTTP', hostname: '*.example.com' }, { name: 'b', port: 80, protocol: 'HTTP', hostname: 'b.example.com' }];
  const lacks = [...conformanceReports.values()].find(({ features }) => !features.includes('GatewayHTTPListenerIsolation'));
  assert.ok(lacks !== undefined);
  const said = (items: readonly object[]): number => portabilityFindings(knownFrom([gateway({ listeners: items })]), [lacks.name]).filter(({ message }) => message.includes('GatewayHTTPListenerIsolation')).length;
  assert.deepEqual([said(listeners), said(listeners.slice(1))], [1, 0]);
});

/** Used by tests that are not for them, and that pass in another way where they are absent. */
const byTheWay: ReadonlySet<string> = new Set(['GatewayPort8080', 'GatewayHTTPListenerIsolation', 'HTTPRouteParentRefPort']);
/** Features whose tests use them together with another one, or see to it that they are refused. */
const together: Readonly<Record<string, readonly string[]>> = {
  HTTPRouteRedirectPortAndScheme: ['HTTPRouteSchemeRedirect'], HTTPRouteRequestPercentageMirror: ['HTTPRouteRequestMirror'], HTTPRouteRetryWithRequestTimeout: ['HTTPRouteBackendTimeout'],
  TLSRouteListenerMixedTerminationNotSupported: ['TLSRouteModeMixed'], TLSRouteListenerTerminateNotSupported: ['TLSRouteModeTerminate'],
};

test('the manifests of a conformance test need no extended feature that the test is not for', () => {
  const isRoute = (feature: string): boolean => /^(HTTP|GRPC|TLS|TCP|UDP)Route$/.test(feature);
  for (const one of suiteTests().filter(({ file }) => !file.startsWith('tests/mesh/'))) {
    const extra = needed(...testObjects(one)).filter((it) => it !== untested && !isRoute(it) && !byTheWay.has(it) && !one.features.includes(it) && together[one.name]?.includes(it) !== true);
    assert.deepEqual(extra, [], `${one.name} (${one.features.join(', ')})`);
  }
});

/** What no field asks for: it is about what happens to requests, or about what others write. */
const unwritten: ReadonlySet<string> = new Set([
  'Gateway', 'ReferenceGrant', 'GatewayRouteHostnameIntersectionPrecedence', 'GatewayHTTPSListenerDetectMisdirectedRequests', 'GRPCRouteRequestHeaderModifier', 'HTTPRouteDestinationPortMatching',
  'HTTPRouteBackendProtocolH2C', 'HTTPRouteBackendProtocolWebSocket',
]);

test('each extended feature is found in the manifests of some test that is for it', () => {
  const found = new Set<string>();
  const wanted = new Set<string>();
  for (const one of suiteTests().filter(({ file }) => !file.startsWith('tests/mesh/'))) {
    const own = needed(...testObjects(one));
    for (const feature of one.features) {
      wanted.add(feature);
      if (own.includes(feature)) found.add(feature);
    }
  }
  assert.deepEqual([...wanted].filter((it) => !found.has(it) && !unwritten.has(it)), []);
});

test('reports are what was published, by name', () => {
  const { reports } = JSON.parse(readFileSync(join(import.meta.dirname, '../../src/explain/portable/reports.json'), 'utf8')) as { reports: { name: string; date: string; features: string[] }[] };
  assert.ok(reports.length > 20);
  for (const { name, date, features } of reports) {
    assert.match(name, /^[a-z0-9-]+$/);
    assert.match(date, /^20\d\d-\d\d-\d\d$/);
    assert.ok(features.includes('HTTPRoute') || features.includes('GRPCRoute') || features.length > 0, name);
  }
  for (const name of ['envoy-gateway', 'istio', 'cilium', 'traefik', 'nginx-gateway-fabric', 'contour', 'kgateway']) assert.ok(conformanceReports.has(name), name);
});
