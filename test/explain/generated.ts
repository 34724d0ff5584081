/** Small configurations that collide often, and requests that nearly meet them. */
import fc from 'fast-check';
import type { Written } from '../../src/explain/index.ts';

const api = 'gateway.networking.k8s.io/v1';
const hostnames = ['a.example', 'b.a.example', '*.a.example', '*.example', 'c.example'];

function listOf<T>(values: readonly T[], most: number): fc.Arbitrary<T[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { maxLength: most });
}

const path = fc.oneof(
  fc.record({ type: fc.constantFrom('PathPrefix', 'Exact'), value: fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/%61', '/b') }),
  fc.record({ type: fc.constant('RegularExpression'), value: fc.constantFrom('/a.*', '/[ab]+', '/a/b', '/(a|b)/?.*', '.*') }),
);
const valueMatch = fc.oneof(
  fc.record({ name: fc.constantFrom('x', 'X', 'y-y'), value: fc.constantFrom('1', '2', 'a b') }),
  fc.record({ name: fc.constantFrom('x', 'y-y'), type: fc.constant('RegularExpression'), value: fc.constantFrom('[0-9]+', '1|2', 'a.*') }),
);
const match = fc.record({
  path, method: fc.constantFrom('GET', 'POST', 'OPTIONS'),
  headers: fc.uniqueArray(valueMatch, { minLength: 1, maxLength: 2, selector: ({ name }) => name.toLowerCase() }),
  queryParams: fc.uniqueArray(valueMatch, { minLength: 1, maxLength: 2, selector: ({ name }) => name }),
}, { requiredKeys: [] });

const modifier = fc.record({
  set: fc.constantFrom([{ name: 'x', value: 'set' }], [{ name: 'z', value: 'e f' }], [{ name: 'Host', value: 'set.example' }]),
  add: fc.constant([{ name: 'y-y', value: 'added' }]), remove: fc.constantFrom(['x'], ['Z', 'q']),
}, { requiredKeys: [] });
const newPath = fc.oneof(
  fc.record({ type: fc.constant('ReplaceFullPath'), replaceFullPath: fc.constantFrom('/full', '/f/x y') }),
  fc.record({ type: fc.constant('ReplacePrefixMatch'), replacePrefixMatch: fc.constantFrom('/', '/new', '/new/') }),
);
const rewrite = fc.record({ hostname: fc.constantFrom('re.example', 'written.example'), path: newPath }, { requiredKeys: [] });
const redirect = fc.record({
  scheme: fc.constantFrom('http', 'https'), hostname: fc.constant('to.example'), port: fc.constantFrom(80, 443, 8080), path: newPath, statusCode: fc.constantFrom(301, 302, 308),
}, { requiredKeys: [] });
const cors = fc.record({
  allowOrigins: fc.constantFrom(['*'], ['http://a.example'], ['http://*.example']), allowCredentials: fc.boolean(),
  allowMethods: fc.constantFrom(['*'], ['GET', 'POST']), allowHeaders: fc.constantFrom(['x'], ['*']), exposeHeaders: fc.constant(['x-e']), maxAge: fc.constant(60),
}, { requiredKeys: ['allowOrigins'] });

const headerFilter = fc.oneof(
  modifier.map((it) => ({ type: 'RequestHeaderModifier', requestHeaderModifier: it })), modifier.map((it) => ({ type: 'ResponseHeaderModifier', responseHeaderModifier: it })),
);
/** Nobody can be asked there. */
const auth = fc.record({ protocol: fc.constant('HTTP'), http: fc.constant({}), backendRef: fc.record({ name: fc.constantFrom('sleepy', 'sleepy', 'absent'), port: fc.constant(80) }) });
const authFilter = auth.map((it) => ({ type: 'ExternalAuth', externalAuth: it }));
const forwardFilters = fc.uniqueArray(fc.oneof({ arbitrary: authFilter, weight: 1 }, { arbitrary: headerFilter, weight: 8 }, { arbitrary: rewrite.map((it) => ({ type: 'URLRewrite', urlRewrite: it })), weight: 3 }, { arbitrary: cors.map((it) => ({ type: 'CORS', cors: it })), weight: 3 }), { maxLength: 3, selector: ({ type }) => type });

/** `a` and `b` answer; `sleepy` is not ready, `empty` has no endpoint, `absent` does not exist, and nobody grants `other`. */
const backendRef = fc.record({
  name: fc.constantFrom('a', 'a', 'b', 'b', 'sleepy', 'empty', 'absent'), port: fc.constantFrom(80, 80, 80, 80, 80, 81), weight: fc.constantFrom(0, 1, 1, 3),
  namespace: fc.constantFrom('default', 'default', 'default', 'other'), filters: fc.uniqueArray(headerFilter, { maxLength: 2, selector: ({ type }) => type }),
}, { requiredKeys: ['name', 'port'] });
const forwarding = fc.record({ matches: fc.array(match, { minLength: 1, maxLength: 3 }), filters: forwardFilters, backendRefs: fc.oneof({ arbitrary: fc.array(backendRef, { minLength: 1, maxLength: 3 }), weight: 6 }, fc.constant([])) }, { requiredKeys: ['backendRefs'] });
const redirecting = fc.record({ matches: fc.array(match, { minLength: 1, maxLength: 2 }), filters: fc.tuple(redirect, fc.option(cors, { nil: undefined }), fc.option(modifier, { nil: undefined }), fc.option(authFilter, { nil: undefined, freq: 8 })).map(([to, origins, edit, asked]) => [
  ...(asked === undefined ? [] : [asked]),
  { type: 'RequestRedirect', requestRedirect: to }, ...(origins === undefined ? [] : [{ type: 'CORS', cors: origins }]), ...(edit === undefined ? [] : [{ type: 'ResponseHeaderModifier', responseHeaderModifier: edit }]),
]) }, { requiredKeys: ['filters'] });

/** The CRD wants one prefix where a prefix is replaced. */
function admissible(rule: { readonly matches?: readonly object[] | undefined }): object {
  return JSON.stringify(rule).includes('ReplacePrefixMatch') ? { ...rule, matches: [{ ...rule.matches?.[0], path: { type: 'PathPrefix', value: '/a' } }] } : rule;
}

const route = fc.record({
  section: fc.constantFrom(undefined, undefined, undefined, undefined, 'any', 'wild', 'one', 'gone'), hostnames: fc.oneof(fc.constant([]), listOf(hostnames, 2)), created: fc.constantFrom(undefined, '2026-01-01T00:00:00Z', '2026-02-01T00:00:00Z'),
  rules: fc.array(fc.oneof({ arbitrary: forwarding.map(admissible), weight: 4 }, redirecting.map(admissible)), { minLength: 1, maxLength: 3 }),
});

const grpcMatch = fc.record({
  method: fc.oneof(fc.record({ service: fc.constantFrom('s.A', 's.B'), method: fc.constantFrom('M', 'N') }, { requiredKeys: ['service'] }), fc.record({ type: fc.constant('RegularExpression'), service: fc.constantFrom('s[.].', 's.A') })),
  headers: fc.uniqueArray(valueMatch, { minLength: 1, maxLength: 2, selector: ({ name }) => name.toLowerCase() }),
}, { requiredKeys: [] });

/** GRPCRoutes beside HTTPRoutes on the same listeners. */
const grpcRoute = fc.record({ hostnames: fc.oneof(fc.constant([]), listOf(hostnames, 2)), rules: fc.array(fc.record({ matches: fc.array(grpcMatch, { minLength: 1, maxLength: 2 }), backendRefs: fc.array(backendRef, { minLength: 1, maxLength: 2 }) }), { minLength: 1, maxLength: 2 }) });

/** Route objects for one more configuration, for tests whose backends need not answer. */
export const grpcRoutes: fc.Arbitrary<object[]> = fc.array(grpcRoute, { maxLength: 2 }).map((routes) => routes.map(({ hostnames: names, rules }, index) => ({
  apiVersion: api, kind: 'GRPCRoute', metadata: { name: `g${index}`, namespace: 'default' }, spec: { parentRefs: [{ name: 'g' }], ...(names.length === 0 ? {} : { hostnames: names }), rules },
})));

function service(name: string): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace: 'default' }, spec: { ports: [{ name: 'http', port: 80, targetPort: 8080 }] } };
}

/** Where backends really are; tests on sockets put their own there. */
export type Backends = Readonly<Record<'a' | 'b', number>>;

function slice(name: string, port: number, endpoints: readonly object[]): object {
  return { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name, namespace: 'default', labels: { 'kubernetes.io/service-name': name } }, ports: [{ name: 'http', port }], endpoints };
}

const listenersOf = [{ name: 'any', port: 80, protocol: 'HTTP' }, { name: 'wild', port: 80, protocol: 'HTTP', hostname: '*.example' }, { name: 'one', port: 80, protocol: 'HTTP', hostname: 'b.a.example' }];

/** A Gateway, its routes and their backends, as plain objects. */
export function configurations(backends: Backends): fc.Arbitrary<object[]> {
  return fc.tuple(fc.uniqueArray(fc.constantFrom(...listenersOf), { minLength: 1, maxLength: 3 }), fc.array(route, { minLength: 1, maxLength: 4 })).map(([listeners, routes]) => [
    { apiVersion: api, kind: 'Gateway', metadata: { name: 'g', namespace: 'default' }, spec: { gatewayClassName: 'postern', listeners } },
    ...routes.map(({ section, hostnames: names, created, rules }, index) => ({
      apiVersion: api, kind: 'HTTPRoute', metadata: { name: `r${index}`, namespace: 'default', ...(created === undefined ? {} : { creationTimestamp: created }) },
      spec: { parentRefs: [{ name: 'g', ...(section === undefined ? {} : { sectionName: section }) }], ...(names.length === 0 ? {} : { hostnames: names }), rules },
    })),
    ...['a', 'b', 'sleepy', 'empty'].map(service),
    slice('a', backends.a, [{ addresses: ['127.0.0.1'] }]), slice('b', backends.b, [{ addresses: ['127.0.0.1'] }]),
    slice('sleepy', 1, [{ addresses: ['127.0.0.1'], conditions: { ready: false } }]), slice('empty', 1, []),
  ]);
}

export const written: fc.Arbitrary<Written> = fc.record({
  method: fc.constantFrom('GET', 'GET', 'POST', 'OPTIONS', 'get'),
  host: fc.constantFrom('a.example', 'b.a.example', 'x.b.a.example', 'A.Example', 'c.example', 'nobody.org', '127.0.10.1', 'b.a.example.'),
  path: fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/a/../b', '/%61', '//a', '/A', '/a/b?x=1', '/?x=1&x=2', '/?y-y=a+b', '/a?x=a%20b', '/ü', '/%zz', '/s.A/M', '/s.B/N', '/s.A'),
  headers: fc.uniqueArray(fc.constantFrom(
    { name: 'x', value: '1' }, { name: 'X', value: '2' }, { name: 'y-y', value: 'a b' }, { name: 'y-y', value: '12' }, { name: 'origin', value: 'http://a.example' },
    { name: 'access-control-request-method', value: 'GET' },
  ), { maxLength: 4 }),
  odd: fc.integer({ min: 0, max: 19 }),
}).map(({ method, host, path: target, headers, odd }) => ({ method, url: `http://${host}${target}`, headers: odd === 0 ? [...headers, { name: 'bad name', value: '1' }] : headers }));
