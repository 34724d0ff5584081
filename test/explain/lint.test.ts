/** What lint says of traffic, held against what the proxy does. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { casesOf } from '../../src/explain/cases-of.ts';
import { readAsked, trafficFindings } from '../../src/explain/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { configurations, written } from './generated.ts';
import { knownFrom } from './known.ts';

const plane = { rehearse, rehearseConnection };
const now = Date.parse('2026-06-01');
const api = 'gateway.networking.k8s.io/v1';

function gateway(...listeners: readonly object[]): object {
  return { apiVersion: api, kind: 'Gateway', metadata: { name: 'g', namespace: 'default' }, spec: { gatewayClassName: 'postern', listeners } };
}

function route(name: string, rules: readonly object[], more: object = {}): object {
  return { apiVersion: api, kind: 'HTTPRoute', metadata: { name, namespace: 'default' }, spec: { parentRefs: [{ name: 'g' }], ...more, rules } };
}

const http = { name: 'http', port: 80, protocol: 'HTTP' };
const backendRefs = [{ name: 'a', port: 80 }];
const to = (path: object, more: object = {}): object => ({ matches: [{ path, ...more }], backendRefs });
const prefix = (value: string): object => ({ type: 'PathPrefix', value });

/** Codes and the object with its rule. */
function said(...objects: readonly object[]): string[] {
  return trafficFindings(knownFrom(objects), plane, now).map(({ code, object, path }) => `${code} ${object?.name} ${path?.[2]}`);
}

test('a match that others take away, and none that they leave something', () => {
  assert.deepEqual(said(gateway(http), route('r', [to(prefix('/a')), to(prefix('/a'))])), ['shadowed-rule r 1']);
  assert.deepEqual(said(gateway(http), route('r', [to(prefix('/a'), { method: 'GET' }), to(prefix('/a'))])), []);
  assert.deepEqual(said(gateway(http), route('r', [to({ type: 'RegularExpression', value: '/.*' }), to(prefix('/a'))])), ['shadowed-rule r 1']);
  assert.deepEqual(said(gateway(http), route('r', [to({ type: 'RegularExpression', value: '/a.*' }), to(prefix('/a'))])), []);
  // The more specific hostname of a route goes first, whatever its paths.
  const host = { ...http, hostname: 'a.example' };
  assert.deepEqual(said(gateway(host), route('all', [to(prefix('/a/b'))]), route('named', [to(prefix('/a'))], { hostnames: ['a.example'] })), ['shadowed-rule all 0']);
});

test('a match that is taken away on one listener and not on the other is none', () => {
  const listeners = [http, { name: 'other', port: 8080, protocol: 'HTTP' }];
  const first = route('a', [to(prefix('/a'))], { parentRefs: [{ name: 'g', sectionName: 'http' }] });
  assert.deepEqual(said(gateway(...listeners), first, route('b', [to(prefix('/a'))])), []);
  assert.deepEqual(said(gateway(http), first, route('b', [to(prefix('/a'))])), ['tied-rule b 0']);
});

test('redirects that lead back, and those that lead on', () => {
  const moved = (requestRedirect: object, more: object = {}): object => route('r', [{ filters: [{ type: 'RequestRedirect', requestRedirect }] }], more);
  assert.deepEqual(said(gateway(http), moved({ hostname: 'www.example.com' })), ['redirect-loop r 0']);
  assert.deepEqual(said(gateway(http), moved({ hostname: 'other.example' }, { hostnames: ['a.example'] })), []);
  assert.deepEqual(said(gateway(http), moved({ scheme: 'https' })), []);
  const path = { type: 'ReplaceFullPath', replaceFullPath: '/in' };
  assert.deepEqual(said(gateway(http), moved({ path }), route('in', [to({ type: 'Exact', value: '/in' })])), []);
});

test('rules without a way, and certificates for other names', () => {
  assert.deepEqual(said(gateway(http), route('r', [{ matches: [{ path: prefix('/a') }, { path: prefix('/b') }] }])), ['idle-rule r 0']);
  assert.deepEqual(said(gateway(http), route('r', [{ backendRefs: [{ name: 'a', port: 80, weight: 0 }] }])), ['idle-rule r 0']);
});

test('grants that nothing needs, and those that open too much', () => {
  const grant = (kind: string, name?: string): object => ({
    apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'ReferenceGrant', metadata: { name: 'x', namespace: 'data' },
    spec: { from: [{ group: 'gateway.networking.k8s.io', kind: kind === 'Secret' ? 'Gateway' : 'HTTPRoute', namespace: 'default' }], to: [{ group: '', kind, ...(name === undefined ? {} : { name }) }] },
  });
  const far = route('r', [{ backendRefs: [{ name: 'a', namespace: 'data', port: 80 }] }]);
  const secure = gateway({ name: 'tls', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'cert', namespace: 'data' }] } });
  assert.deepEqual([said(gateway(http), far, grant('Service')), said(gateway(http), far, grant('Service', 'a')), said(gateway(http), far, grant('Service', 'b'))], [[], [], ['unused-grant x 0']]);
  assert.deepEqual([said(gateway(http), grant('Service')), said(gateway(http), route('r', [to(prefix('/a'))]), grant('Service'))], [['unused-grant x 0'], ['unused-grant x 0']]);
  assert.deepEqual([said(secure, grant('Secret')), said(secure, grant('Secret', 'cert')), said(secure, grant('Secret', 'other'))], [['wide-grant x 0'], [], ['unused-grant x 0']]);
});

test('a match that is said never to take a request takes none', { timeout: 600_000 }, () => {
  let told = 0;
  fc.assert(fc.property(configurations({ a: 1, b: 2 }), fc.array(written, { minLength: 20, maxLength: 20 }), (objects, requests) => {
    const known = knownFrom(objects);
    const never = new Set(trafficFindings(known, plane, now).filter(({ code }) => code === 'shadowed-rule' || code === 'tied-rule').map(({ object, path }) => `httproute/default/${object?.name}/${path?.[2]}/${path?.[4]}`));
    told += never.size;
    for (const request of requests) {
      const asked = readAsked(request);
      assert.ok(typeof asked !== 'string');
      const taken = casesOf(asked, known, plane)[0]?.rehearsal.route;
      assert.ok(taken === undefined || !never.has(taken), `${taken} takes ${request.url}`);
    }
  }), { numRuns: Math.ceil(Number(process.env['EXPLAIN_PAIRS'] ?? 1000) / 20) });
  assert.ok(told > 0, 'the generator makes shadowed matches');
});
