/** What lint says of certificates, plain text and ACME challenges. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trafficFindings } from '../../src/explain/index.ts';
import { knownOf } from '../../src/cli/known-of.ts';
import { nativeSettings } from '../../src/cli/settings.ts';
import type { Finding } from '../../src/contract/index.ts';
import { rehearse, rehearseConnection } from '../../src/proxy/index.ts';
import { selfSigned } from '../../src/xds/index.ts';

const api = 'gateway.networking.k8s.io/v1';
const day = 86_400_000;
const now = Date.parse('2026-06-01T00:00:00Z');

function findings(objects: readonly object[]): Finding[] {
  const sources = objects.map((value, order) => ({ value, generation: 1, order, locate: () => undefined, excerpt: () => undefined }));
  return trafficFindings(knownOf({ objects: sources, findings: [] }, nativeSettings({ strict: false })), { rehearse, rehearseConnection }, now);
}

const codes = (...objects: readonly object[]): string[] => findings(objects).map(({ code, object }) => `${code} ${object?.name}`);

const http = { name: 'http', port: 80, protocol: 'HTTP' };
const https = (hostname?: string, secret = 'cert', name = 'https'): object => ({ name, port: 443, protocol: 'HTTPS', ...(hostname === undefined ? {} : { hostname }), tls: { certificateRefs: [{ name: secret }] } });
const gateway = (listeners: readonly object[], annotations: object = {}): object => ({ apiVersion: api, kind: 'Gateway', metadata: { name: 'g', annotations }, spec: { gatewayClassName: 'postern', listeners } });
const backendRefs = [{ name: 's', port: 80 }];
const prefix = (value: string): object => ({ matches: [{ path: { type: 'PathPrefix', value } }], backendRefs });
const route = (name: string, more: object = {}, rules: readonly object[] = [{ backendRefs }]): object => ({ apiVersion: api, kind: 'HTTPRoute', metadata: { name }, spec: { parentRefs: [{ name: 'g' }], rules, ...more } });
const shop = { hostnames: ['shop.example.com'] };

/** A Secret whose certificate ends so many days after `now`. */
function secret(names: readonly string[], days = 400, name = 'cert'): object {
  const { certificate, key } = selfSigned(names, 90, new Date(now + (days - 90) * day));
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, type: 'kubernetes.io/tls', data: { 'tls.crt': base64(certificate), 'tls.key': base64(key) } };
}

test('certificates that end', () => {
  const at = (days: number): string[] => codes(gateway([https('shop.example.com')]), secret(['shop.example.com'], days));
  assert.deepEqual([at(-1), at(0), at(20), at(22)], [['expired-certificate cert'], ['expired-certificate cert'], ['expiring-certificate cert'], []]);
  assert.deepEqual(codes(gateway([http]), secret(['shop.example.com'], -1)), [], 'nobody shows it');
  const [finding] = findings([gateway([https('shop.example.com')]), secret(['shop.example.com'], 1)]);
  assert.match(finding?.message ?? '', /^the certificate in Secret default\/cert for shop\.example\.com ends on 2026-06-02, in 1 day\.$/);
});

test('certificates for other hosts than those of the listener and its routes', () => {
  const wrong = (hostname: string | undefined, names: readonly string[], hostnames: readonly string[]): string[] => codes(gateway([https(hostname)]), secret(names), route('r', { hostnames }));
  assert.deepEqual(wrong('shop.example.com', ['www.example.com'], []), ['wrong-certificate g']);
  assert.deepEqual(wrong('shop.example.com', ['*.example.com'], []), []);
  assert.deepEqual(wrong('*.example.com', ['a.example.com'], ['a.example.com']), []);
  assert.deepEqual(wrong('*.example.com', ['a.example.com'], ['a.example.com', 'b.example.com']), ['wrong-certificate g']);
  assert.deepEqual(wrong(undefined, ['*.example.com'], ['a.b.example.com']), ['wrong-certificate g'], 'a wildcard of a certificate is for one label');
  const nearer = gateway([https(undefined), https('b.example.com', 'other', 'nearer')]);
  assert.deepEqual(codes(nearer, secret(['a.example.com']), secret(['b.example.com'], 400, 'other'), route('r', { hostnames: ['a.example.com', 'b.example.com'] })), []);
});

test('what is served with TLS and without', () => {
  const both = gateway([http, https('shop.example.com')]);
  const cert = secret(['shop.example.com']);
  const to = (sectionName: string, filters?: readonly object[]): object => route(sectionName, { ...shop, parentRefs: [{ name: 'g', sectionName }] }, [filters === undefined ? { backendRefs } : { filters }]);
  assert.deepEqual(codes(both, cert, route('r', shop)), ['plain-http r']);
  assert.deepEqual(codes(both, cert, to('https'), to('http', [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https' } }])), []);
  assert.deepEqual(codes(both, cert, to('https'), to('http')), [], 'another route may be meant to be other');
  assert.deepEqual(codes(both, cert, route('r', shop, [prefix('/.well-known/acme-challenge')])), [], 'challenges come without TLS');
  assert.deepEqual(codes(gateway([http]), route('r', shop)), []);
});

test('challenges of an ACME server that another route takes', () => {
  const answers = route('solver', {}, [prefix('/.well-known/acme-challenge/')]);
  assert.deepEqual(codes(gateway([http]), answers, route('r', shop)), ['acme-challenge r']);
  assert.deepEqual(codes(gateway([http]), answers, route('r', shop, [prefix('/cart')])), []);
  assert.deepEqual(codes(gateway([http]), answers, route('r')), []);
  assert.deepEqual(codes(gateway([http]), route('solver', { hostnames: ['*.example.com', 'shop.example.com'] }, [prefix('/.well-known/acme-challenge')]), route('r', shop)), []);
});

test('the route that cert-manager would make, where it does not get the challenge', () => {
  const issuer = (parentRefs?: readonly object[]): object => ({ apiVersion: 'cert-manager.io/v1', kind: 'ClusterIssuer', metadata: { name: 'acme' }, spec: { acme: { solvers: [{ http01: { gatewayHTTPRoute: { parentRefs } } }] } } });
  const asks = { 'cert-manager.io/cluster-issuer': 'acme' };
  const cert = secret(['shop.example.com']);
  const said = (listeners: readonly object[], issued = issuer([{ name: 'g' }])): string[] => findings([gateway(listeners, asks), issued, cert]).map(({ code, message }) => `${code}: ${message.split('solver: ')[1]}`);
  assert.deepEqual(said([http, https('shop.example.com')]), []);
  assert.deepEqual(said([https('shop.example.com')]), ['acme-challenge: no HTTP listener has port 80.']);
  assert.deepEqual(said([{ ...http, allowedRoutes: { kinds: [{ kind: 'GRPCRoute' }] } }, https('shop.example.com')], issuer([{ name: 'g', sectionName: 'http' }])).map((it) => it.slice(0, 48)), ['acme-challenge: its route is not attached: no li']);
  assert.deepEqual(codes(gateway([https('shop.example.com')]), issuer([{ name: 'g' }]), cert), [], 'no annotation asks for it');
});

test('routes that name no parent', () => {
  assert.deepEqual(codes(route('r', { parentRefs: [] }), route('d', { parentRefs: undefined, useDefaultGateways: 'All' })), ['no-parent r']);
});
