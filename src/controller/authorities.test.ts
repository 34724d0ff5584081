/** What may vouch for others: PEM bundles, and the references to them where a cluster has no ClusterTrustBundles (GEP-5075). */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authority, selfSigned } from '../../test/harness/certificates.ts';
import { nativeCapabilities } from '../proxy/index.ts';
import { compile } from './compile.ts';
import { checkAuthorities } from './key-pair.ts';
import { gateway, snapshotOf } from './testing/snapshots.ts';

const ca = authority('ca').certificate;
const leaf = selfSigned(['leaf']);

test('a bundle is used whole or not at all', () => {
  const cases: [text: string, problem: RegExp | undefined][] = [
    [ca, undefined],
    [`some text\n${ca}\nmore\n${ca}`, undefined],
    ['', /no PEM certificate/],
    ['some text', /no PEM certificate/],
    [leaf.key, /no PEM certificate/],
    [ca.slice(0, -30), /cut off/],
    [`${ca}-----BEGIN CERTIFICATE-----\nMIIB`, /cut off/],
    [ca.replace(/^[A-Za-z0-9+/]{20}/m, 'AAAAAAAAAAAAAAAAAAAA'), /can't be read/],
    [`${ca}-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`, /can't be read/],
  ];
  for (const holder of [undefined, 'ClusterTrustBundle'] as const) {
    for (const [text, problem] of cases) {
      const said = checkAuthorities(text, holder);
      if (problem === undefined) assert.equal(said, undefined, text);
      else assert.match(said ?? 'usable', holder === undefined || text !== leaf.key ? problem : /RSA PRIVATE KEY/, text);
      assert.equal(checkAuthorities(text, holder), said, 'asked again');
    }
  }
});

test('a ClusterTrustBundle holds authorities alone, as the API server wants it; a ConfigMap may hold a certificate that vouches for itself', () => {
  const cases: [text: string, problem: RegExp][] = [[leaf.certificate, /certificate 1 .* authority/], [ca + leaf.certificate, /certificate 2 .* authority/], [ca + leaf.key, /RSA PRIVATE KEY/]];
  for (const [text, problem] of cases) {
    assert.equal(checkAuthorities(text), undefined);
    assert.match(checkAuthorities(text, 'ClusterTrustBundle') ?? 'usable', problem);
  }
});

const ref = { group: 'certificates.k8s.io', kind: 'ClusterTrustBundle', name: 'roots' };
const ofConfigMap = { group: '', kind: 'ConfigMap', name: 'roots' };

function graphWith(features: readonly string[], refs: readonly object[]): ReturnType<typeof compile>['graph'] {
  const web = gateway('gw', [80]);
  const withTls = {
    ...web, spec: {
      ...(web as { spec: object }).spec, tls: { frontend: { default: { validation: { caCertificateRefs: refs } } } },
      listeners: [{ name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'cert' }] } }, { name: 'http', port: 80, protocol: 'HTTP' }],
    },
  };
  return compile(snapshotOf([
    withTls,
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'cert', namespace: 'default' }, type: 'kubernetes.io/tls', stringData: { 'tls.crt': 'x', 'tls.key': 'y' } },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'roots', namespace: 'default' }, data: { 'ca.crt': ca } },
    { apiVersion: 'certificates.k8s.io/v1', kind: 'ClusterTrustBundle', metadata: { name: 'roots' }, spec: { trustBundle: ca } },
    { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a', namespace: 'default' }, spec: { ports: [{ port: 443 }] } },
    { kind: 'BackendTLSPolicy', metadata: { name: 'p', namespace: 'default' }, spec: { targetRefs: [{ group: '', kind: 'Service', name: 'a' }], validation: { hostname: 'a.test', caCertificateRefs: refs } } },
  ]), { controllerName: 'test', capabilities: { ...nativeCapabilities, features }, adoptForeignClasses: true, checkKeyPair: () => ({ names: [] }), checkAuthorities }).graph;
}

test('where the cluster has no ClusterTrustBundles, references to them are of an unknown kind, and all else goes on', () => {
  const without = nativeCapabilities.features.filter((it) => it !== 'ClusterTrustBundle');
  const said = (features: readonly string[], refs: readonly object[]): unknown[] => {
    const graph = graphWith(features, refs);
    const [https, http] = graph.gateways.get('default/gw')!.listeners;
    const [policy] = graph.backendPolicies;
    return [policy!.accepted.reason, policy!.resolvedRefs.reason, policy!.tls?.authorities.length, https!.accepted.reason, https!.resolvedRefs.reason, https!.clientValidation?.authorities.length, http!.accepted.reason];
  };
  assert.deepEqual(said(nativeCapabilities.features, [ref]), ['Accepted', 'ResolvedRefs', 1, 'Accepted', 'ResolvedRefs', 1, 'Accepted']);
  assert.deepEqual(said(without, [ref]), ['NoValidCACertificate', 'InvalidKind', undefined, 'NoValidCACertificate', 'InvalidCACertificateKind', undefined, 'Accepted']);
  assert.deepEqual(said(without, [ref, ofConfigMap]), ['Accepted', 'InvalidKind', 1, 'Accepted', 'InvalidCACertificateKind', 1, 'Accepted']);
});
