/** Pairs of a spec that a rule of the CRDs accepts and one that it refuses, beyond the published invalid examples. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { admit } from './admit.ts';

const group = 'gateway.networking.k8s.io';
const ref = { name: 's', port: 80 };

type Build = (part: object) => object;
const of = (kind: string, spec: Build, apiVersion = `${group}/v1`): Build => (part) => ({ apiVersion, kind, metadata: { name: 'x' }, spec: spec(part) });

const httpRule = of('HTTPRoute', (rule) => ({ rules: [rule] }));
const httpPath = of('HTTPRoute', (path) => ({ rules: [{ matches: [{ path }] }] }));
const httpFilter = of('HTTPRoute', (filter) => ({ rules: [{ filters: [filter] }] }));
const httpSpec = of('HTTPRoute', (spec) => spec);
const grpcRule = of('GRPCRoute', (rule) => ({ rules: [rule] }));
const tlsSpec = of('TLSRoute', (spec) => ({ rules: [{ backendRefs: [ref] }], ...spec }));
const listener = of('Gateway', (fields) => ({ gatewayClassName: 'c', listeners: [{ name: 'a', port: 443, protocol: 'HTTPS', ...fields }] }));
const gateway = of('Gateway', (spec) => ({ gatewayClassName: 'c', listeners: [{ name: 'a', port: 80, protocol: 'HTTP' }], ...spec }));
const policy = of('BackendTLSPolicy', (validation) => ({ targetRefs: [{ group: '', kind: 'Service', name: 's' }], validation: { hostname: 'a.b', ...validation } }));
const targets = of('BackendTLSPolicy', (spec) => ({ validation: { hostname: 'a.b', wellKnownCACertificates: 'System' }, ...spec }));
const backend = of('XBackend', (spec) => ({ port: { number: 80 }, ...spec }), 'gateway.networking.x-k8s.io/v1alpha1');
const external = { type: 'ExternalHostname', externalHostname: { hostname: 'a.example.com' } };

const service = { group: '', kind: 'Service', name: 's' };
const rewrite = { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' } } };
const certificate = { certificateRefs: [{ name: 'c' }] };

const pairs: readonly (readonly [refused: string, build: Build, good: object, bad: object])[] = [
  ["must not contain '//'", httpPath, { value: '/a/b' }, { value: '/a//b' }],
  ["must not contain '/../'", httpPath, { type: 'RegularExpression', value: '/a/../b' }, { value: '/a/../b' }],
  ["must not end with '/.'", httpPath, { value: '/a.' }, { value: '/a/.' }],
  ["must not contain '%2F'", httpPath, { value: '/a%20b' }, { value: '/a%2Fb' }],
  ["must not contain '#'", httpPath, { value: '/a' }, { value: '/a#b' }],
  ['filter.urlRewrite must be specified for URLRewrite filter.type', httpFilter, { type: 'URLRewrite', urlRewrite: { hostname: 'a.b' } }, { type: 'URLRewrite' }],
  ['filter.requestMirror must be nil if the filter.type is not RequestMirror', httpFilter, { type: 'RequestMirror', requestMirror: { backendRef: ref } }, { type: 'URLRewrite', urlRewrite: { hostname: 'a.b' }, requestMirror: { backendRef: ref } }],
  ['numerator must be less than or equal to denominator', httpFilter, { type: 'RequestMirror', requestMirror: { backendRef: ref, fraction: { numerator: 1 } } }, { type: 'RequestMirror', requestMirror: { backendRef: ref, fraction: { numerator: 101 } } }],
  ['Only one of percent or fraction', httpFilter, { type: 'RequestMirror', requestMirror: { backendRef: ref, percent: 5 } }, { type: 'RequestMirror', requestMirror: { backendRef: ref, percent: 5, fraction: { numerator: 1 } } }],
  ['replacePrefixMatch must be specified', httpFilter, rewrite, { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplacePrefixMatch' } } }],
  ['exactly one PathPrefix match must be specified', httpRule, { filters: [rewrite] }, { filters: [rewrite], matches: [{ path: { type: 'Exact', value: '/' } }] }],
  ['Within backendRefs, When using URLRewrite', httpRule, { backendRefs: [{ ...ref, filters: [rewrite] }] }, { backendRefs: [{ ...ref, filters: [rewrite] }], matches: [{}, {}].map(() => ({ path: { type: 'Exact', value: '/' } })) }],
  ['but not both', httpRule, { filters: [rewrite] }, { filters: [rewrite, { type: 'RequestRedirect', requestRedirect: {} }] }],
  ['backendRequest timeout cannot be longer', httpRule, { timeouts: { request: '1m', backendRequest: '59s' } }, { timeouts: { request: '1s', backendRequest: '1001ms' } }],
  ['Rule name must be unique', httpSpec, { rules: [{ name: 'a' }, { name: 'b' }, {}] }, { rules: [{ name: 'a' }, { name: 'a' }] }],
  ['sectionName or port must be specified', httpSpec, { parentRefs: [{ name: 'g', sectionName: 'a' }, { name: 'g', sectionName: 'b' }] }, { parentRefs: [{ name: 'g', sectionName: 'a' }, { name: 'g' }] }],
  ['sectionName or port must be unique', httpSpec, { parentRefs: [{ name: 'g' }, { name: 'g', namespace: 'other' }] }, { parentRefs: [{ name: 'g', port: 80 }, { name: 'g', port: 80 }] }],
  ['total number of matches across all rules', httpSpec, { rules: [0, 1].map(() => ({ matches: Array.from({ length: 64 }, () => ({ method: 'GET' })) })) }, { rules: [0, 1, 2].map(() => ({ matches: Array.from({ length: 64 }, () => ({ method: 'GET' })) })) }],
  ["One or both of 'service' or 'method'", grpcRule, { matches: [{ method: { service: 'a.B' } }] }, { matches: [{ method: {} }] }],
  ['service must only contain valid characters', grpcRule, { matches: [{ method: { service: '.Pkg.Svc_1' } }] }, { matches: [{ method: { service: 'pkg/Svc' } }] }],
  ['Hostnames cannot contain an IP', tlsSpec, { hostnames: ['a.example.com'] }, { hostnames: ['10.0.0.1'] }],
  ['certificateRefs or options must be specified', listener, { tls: certificate }, { tls: {} }],
  ['tls mode must be Terminate for protocol HTTPS', listener, { tls: certificate }, { tls: { mode: 'Passthrough' } }],
  ['tls mode must be set for protocol TLS', listener, { protocol: 'TLS', tls: { mode: 'Passthrough' } }, { protocol: 'TLS' }],
  ['Combination of port, protocol and hostname must be unique', gateway, { listeners: ['a', 'b'].map((name) => ({ name, port: 80, protocol: 'HTTP', hostname: `${name}.example.com` })) }, { listeners: ['a', 'b'].map((name) => ({ name, port: 80, protocol: 'HTTP' })) }],
  ['IPAddress values must be unique', gateway, { addresses: [{ value: '10.0.0.1' }, { value: '10.0.0.2' }] }, { addresses: [{ value: '::1' }, { value: '::1' }] }],
  ['Annotation keys must be in the form', gateway, { infrastructure: { annotations: { 'a.example.com/b': 'c' } } }, { infrastructure: { annotations: { 'A_b/c': 'd' } } }],
  ['exactly one of the fields in [caCertificateRefs wellKnownCACertificates]', policy, { wellKnownCACertificates: 'System' }, {}],
  ['must contain Hostname, if Type is set to Hostname', policy, { wellKnownCACertificates: 'System', subjectAltNames: [{ type: 'URI', uri: 'spiffe://a/b' }] }, { wellKnownCACertificates: 'System', subjectAltNames: [{ type: 'Hostname' }] }],
  ['sectionName must be specified when targetRefs includes 2', targets, { targetRefs: [{ ...service, sectionName: 'a' }, { ...service, sectionName: 'b' }] }, { targetRefs: [service, { ...service, sectionName: 'b' }] }],
  ['externalHostname must be set when type is ExternalHostname', backend, external, { type: 'ExternalHostname' }],
  ['hostname must not be an IP address or end with .cluster.local', backend, external, { type: 'ExternalHostname', externalHostname: { hostname: 'a.svc.cluster.local' } }],
  ['Label keys must be in the form', backend, { type: 'EndpointSelector', endpointSelector: { matchLabels: { 'example.com/a': 'b' } } }, { type: 'EndpointSelector', endpointSelector: { matchLabels: { 'a/b/c': 'd' } } }],
];

for (const [refused, build, good, bad] of pairs) {
  test(`refuses only what breaks: ${refused}`, () => {
    const accepted = admit(build(good));
    assert.equal(accepted.outcome, 'admitted', JSON.stringify(accepted, undefined, 1));
    const rejected = admit(build(bad));
    assert.ok(rejected.outcome === 'rejected');
    const hit = rejected.problems.find((one) => one.message.includes(refused));
    assert.equal(hit?.code, 'cel-rule', JSON.stringify(rejected.problems, undefined, 1));
  });
}
