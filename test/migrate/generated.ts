/** Small sets of Ingresses that collide often: hosts, paths and annotations that ingress-nginx reads in surprising ways. */
import fc from 'fast-check';

const hosts = ['a.example.com', 'a.example.com', 'b.example.com', 'www.a.example.com', '*.example.com', ''];
const plainPaths = ['/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/A', '/b.c', '/b'];
const expressions = ['/a.*', '/[a-c]+', '/a(/|$)(.*)', '/b/(.*)', '/(a|b)/?(.*)', '/a/b$', '/(.*)', '/a(/.*)?', '/b/[0-9]+/x'];

const backend = fc.constantFrom('one', 'two', 'three');
const plainPath = fc.record({ path: fc.constantFrom(...plainPaths), pathType: fc.constantFrom('Prefix', 'Exact', 'ImplementationSpecific'), service: backend });
const anyPath = fc.oneof(plainPath, fc.record({ path: fc.constantFrom(...expressions), pathType: fc.constant('ImplementationSpecific'), service: backend }));

const settings = fc.record({
  'ssl-redirect': fc.constantFrom('true', 'false'), 'force-ssl-redirect': fc.constant('true'), 'app-root': fc.constantFrom('/root', '/a'), 'from-to-www-redirect': fc.constant('true'),
  'permanent-redirect': fc.constantFrom('https://x.example.org/to', 'http://x.example.org'), 'upstream-vhost': fc.constant('inner.example'), 'enable-cors': fc.constant('true'), 'server-alias': fc.constantFrom('alias.example.org', 'b.example.com'),
}, { requiredKeys: [] });

const rewriting = fc.constantFrom<Readonly<Record<string, string>>>({ 'use-regex': 'true' }, { 'rewrite-target': '/' }, { 'rewrite-target': '/new' }, { 'rewrite-target': '/$2' }, { 'rewrite-target': '/$1' }, { 'rewrite-target': '/v/$2', 'use-regex': 'true' });

/** Each setting is rare, so that most sets have few. */
function rarely<T extends object>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<Partial<T>> {
  return arbitrary.chain((all) => fc.subarray(Object.entries(all), { maxLength: Math.min(2, Object.keys(all).length) })).map((some) => Object.fromEntries(some) as Partial<T>);
}

const canary = fc.record({ 'canary-weight': fc.constantFrom('0', '30', '100'), 'canary-by-header': fc.constant('X-Canary'), 'canary-by-cookie': fc.constant('next'), 'canary-by-header-value': fc.constantFrom('yes', 'always') }, { requiredKeys: [] });

const plainIngress = fc.record({ annotations: rarely(settings), rules: fc.array(fc.record({ host: fc.constantFrom(...hosts), paths: fc.array(plainPath, { minLength: 1, maxLength: 3 }) }), { minLength: 1, maxLength: 2 }) });
const regexIngress = fc.record({ annotations: fc.tuple(rarely(settings), rewriting).map(([some, rewrite]) => ({ ...some, ...rewrite })), rules: fc.array(fc.record({ host: fc.constantFrom(...hosts), paths: fc.array(anyPath, { minLength: 1, maxLength: 3 }) }), { minLength: 1, maxLength: 1 }) });
const canaryIngress = fc.record({ annotations: canary.map((it) => ({ ...it, canary: 'true' })), rules: fc.array(fc.record({ host: fc.constantFrom('a.example.com', 'b.example.com'), paths: fc.array(fc.record({ path: fc.constantFrom('/', '/a'), pathType: fc.constant('Prefix'), service: fc.constant('next') }), { minLength: 1, maxLength: 1 }) }), { minLength: 1, maxLength: 1 }) });
const ingress = fc.oneof({ arbitrary: plainIngress, weight: 5 }, { arbitrary: regexIngress, weight: 3 }, { arbitrary: canaryIngress, weight: 2 });

/** Ingresses as documents. */
export const ingresses: fc.Arbitrary<readonly object[]> = fc.array(fc.tuple(ingress, fc.boolean(), fc.boolean()), { minLength: 1, maxLength: 4 }).map((all) => all.map(([{ annotations, rules }, isSecure, isOld], index) => ({
  apiVersion: 'networking.k8s.io/v1', kind: 'Ingress',
  metadata: {
    name: `i${index}`, namespace: 'default', ...(isOld ? { creationTimestamp: `202${index}-01-01T00:00:00Z` } : {}),
    annotations: Object.fromEntries(Object.entries(annotations).flatMap(([key, value]) => (value === undefined ? [] : [[`nginx.ingress.kubernetes.io/${key}`, value]]))),
  },
  spec: {
    ingressClassName: 'nginx', ...(isSecure ? { tls: [{ hosts: rules.map(({ host }) => host).filter((it) => it !== ''), secretName: 'tls' }] } : {}),
    rules: rules.map(({ host, paths }) => ({ ...(host === '' ? {} : { host }), http: { paths: paths.map(({ path, pathType, service }) => ({ path, pathType, backend: { service: { name: service, port: { number: 80 } } } })) } })),
  },
})));
