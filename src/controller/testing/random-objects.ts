import fc from 'fast-check';
import { admit } from '../../api/index.ts';

export type PlainObject = { readonly [field: string]: unknown };

/** What a source may hold: objects by a name that stays, in the order in which a source would list them. */
export type World = ReadonlyMap<string, PlainObject>;

/** An edit of a world: an object comes or changes; undefined: it goes. */
export interface Edit {
  readonly id: string;
  readonly object: PlainObject | undefined;
}

const V1 = 'gateway.networking.k8s.io/v1';
const X_V1 = 'gateway.networking.x-k8s.io/v1alpha1';
const namespaces = ['a', 'b'] as const;
const hostnames = ['a.example.com', 'b.example.com', '*.example.com', 'c.example.org'] as const;
const space = fc.constantFrom(...namespaces);
const number = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });
const created = fc.constantFrom(undefined, '2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z');

interface Named {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly more?: PlainObject;
}

function object({ apiVersion, kind, namespace, name, more = {} }: Named, rest: PlainObject): Edit {
  return { id: `${kind} ${namespace ?? ''}/${name}`, object: { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), ...more }, ...rest } };
}

const from = fc.constantFrom({ from: 'All' }, { from: 'Same' }, { from: 'Selector', selector: { matchLabels: { team: 'x' } } });
const gatewayClass = fc.tuple(fc.constantFrom('ours', 'other'), fc.constantFrom('test.dev/controller', 'test.dev/controller', 'elsewhere.dev/controller'))
  .map(([name, controllerName]) => object({ apiVersion: V1, kind: 'GatewayClass', name }, { spec: { controllerName } }));

const certificateRefs = fc.array(fc.tuple(fc.constantFrom('s0', 's1'), space).map(([name, namespace]) => ({ name, namespace })), { minLength: 1, maxLength: 2 });
const listener = fc.tuple(fc.constantFrom('HTTP', 'HTTP', 'HTTPS', 'TLS', 'TCP', 'UDP'), fc.constantFrom(undefined, ...hostnames), from, certificateRefs, number(2), fc.boolean())
  .map(([protocol, hostname, namespaces, refs, port, isPassthrough]) => ({
    protocol, port: 8000 + port, allowedRoutes: { namespaces },
    ...(hostname === undefined || protocol === 'TCP' || protocol === 'UDP' ? {} : { hostname }),
    ...(protocol === 'HTTPS' || (protocol === 'TLS' && !isPassthrough) ? { tls: { certificateRefs: refs } } : protocol === 'TLS' ? { tls: { mode: 'Passthrough' } } : {}),
  }));
const listeners = fc.array(listener, { minLength: 1, maxLength: 3 }).map((list) => list.map((it, index) => ({ name: `l${index}`, ...it })));
const gateway = fc.tuple(space, number(1), fc.constantFrom('ours', 'ours', 'other', 'missing'), listeners, from)
  .map(([namespace, n, gatewayClassName, list, namespaces]) => object({ apiVersion: V1, kind: 'Gateway', namespace, name: `g${n}` }, { spec: { gatewayClassName, listeners: list, allowedListeners: { namespaces } } }));
const listenerSet = fc.tuple(space, number(1), space, number(1), listeners, created)
  .map(([namespace, n, parent, g, list, creationTimestamp]) => object({ apiVersion: V1, kind: 'ListenerSet', namespace, name: `set${n}`, more: stamp(creationTimestamp) }, {
    spec: { parentRef: { name: `g${g}`, namespace: parent }, listeners: list.map((it, index) => ({ ...it, name: `s${index}` })) },
  }));

function stamp(creationTimestamp: string | undefined): PlainObject {
  return creationTimestamp === undefined ? {} : { creationTimestamp };
}

const backendRef = fc.tuple(fc.constantFrom('svc0', 'svc1', 'svc2'), space, fc.constantFrom(80, 81), number(2), fc.constantFrom(false, false, false, true))
  .map(([name, namespace, port, weight, isXBackend]) => (isXBackend ? { group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name: 'x0', weight } : { name, namespace, port, weight }));
const parentRef = fc.tuple(fc.constantFrom('Gateway', 'Gateway', 'ListenerSet'), space, number(1), fc.constantFrom(undefined, 'l0', 's1'))
  .map(([kind, namespace, n, sectionName]) => ({ kind, namespace, name: kind === 'Gateway' ? `g${n}` : `set${n}`, ...(sectionName === undefined ? {} : { sectionName }) }));
const match = fc.tuple(fc.constantFrom('PathPrefix', 'Exact'), fc.constantFrom('/', '/a', '/a/b'), fc.constantFrom(undefined, 'GET'))
  .map(([type, value, method]) => ({ path: { type, value }, ...(method === undefined ? {} : { method }) }));
const filter = fc.oneof(
  fc.constant({ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x-a', value: '1' }] } }),
  fc.constantFrom('svc0', 'svc1', 'svc2').map((name) => ({ type: 'RequestMirror', requestMirror: { backendRef: { name, port: 80 } } })),
);
const rule = fc.record({ matches: fc.array(match, { maxLength: 2 }), backendRefs: fc.array(backendRef, { maxLength: 2 }), filters: fc.array(filter, { maxLength: 1 }) });
const hostsOf = fc.uniqueArray(fc.constantFrom(...hostnames), { maxLength: 2 });
const parents = fc.uniqueArray(parentRef, { minLength: 1, maxLength: 2, selector: (it) => JSON.stringify(it) });
const httpRoute = fc.tuple(space, number(3), parents, hostsOf, fc.array(rule, { minLength: 1, maxLength: 2 }), created)
  .map(([namespace, n, parentRefs, hosts, rules, time]) => object({ apiVersion: V1, kind: 'HTTPRoute', namespace, name: `r${n}`, more: stamp(time) }, { spec: { parentRefs, hostnames: hosts, rules } }));
const grpcRoute = fc.tuple(space, parents, hostsOf, fc.array(backendRef, { maxLength: 2 }))
  .map(([namespace, parentRefs, hosts, backendRefs]) => object({ apiVersion: V1, kind: 'GRPCRoute', namespace, name: 'rpc' }, { spec: { parentRefs, hostnames: hosts, rules: [{ matches: [{ method: { service: 'a.B' } }], backendRefs }] } }));
const streamRoute = fc.tuple(fc.constantFrom('TCPRoute', 'UDPRoute', 'TLSRoute'), space, number(1), parents, hostsOf.filter((it) => it.length > 0), fc.array(backendRef, { minLength: 1, maxLength: 2 }))
  .map(([kind, namespace, n, parentRefs, hosts, backendRefs]) => object({ apiVersion: V1, kind, namespace, name: `s${n}` }, { spec: { parentRefs, ...(kind === 'TLSRoute' ? { hostnames: hosts } : {}), rules: [{ backendRefs }] } }));

const port = fc.tuple(fc.constantFrom(80, 81), fc.constantFrom(undefined, 'kubernetes.io/h2c', 'kubernetes.io/wss'), fc.constantFrom('TCP', 'TCP', 'UDP'))
  .map(([it, appProtocol, protocol]) => ({ name: `p${it}`, port: it, protocol, ...(appProtocol === undefined ? {} : { appProtocol }) }));
const service = fc.tuple(space, number(2), fc.uniqueArray(port, { minLength: 1, maxLength: 2, selector: (it) => it.name }))
  .map(([namespace, n, ports]) => object({ apiVersion: 'v1', kind: 'Service', namespace, name: `svc${n}` }, { spec: { ports } }));
const slice = fc.tuple(space, number(2), number(1), number(3), fc.boolean())
  .map(([namespace, n, part, host, ready]) => object({ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace, name: `svc${n}-${part}`, more: { labels: { 'kubernetes.io/service-name': `svc${n}` } } }, {
    addressType: 'IPv4', ports: [{ name: 'p80', port: 8080 }, { name: 'p81', port: 8081 }], endpoints: [{ addresses: [`10.0.${part}.${host}`], conditions: { ready } }],
  }));
const grant = fc.tuple(space, space, fc.constantFrom('HTTPRoute', 'Gateway', 'TCPRoute', 'ListenerSet'), fc.constantFrom('Service', 'Secret'))
  .map(([namespace, other, fromKind, toKind]) => object({ apiVersion: V1, kind: 'ReferenceGrant', namespace, name: `${other}-${fromKind}-${toKind}`.toLowerCase() }, {
    spec: { from: [{ group: 'gateway.networking.k8s.io', kind: fromKind, namespace: other }], to: [{ group: '', kind: toKind }] },
  }));
const namespace = fc.tuple(space, fc.constantFrom('x', 'y')).map(([name, team]) => object({ apiVersion: 'v1', kind: 'Namespace', name, more: { labels: { team } } }, {}));
const secret = fc.tuple(space, number(1), fc.constantFrom('CERT a.example.com', 'CERT *.example.com', 'broken'))
  .map(([space, n, text]) => object({ apiVersion: 'v1', kind: 'Secret', namespace: space, name: `s${n}` }, { type: 'kubernetes.io/tls', data: { 'tls.crt': base64(text), 'tls.key': base64('KEY') } }));
const configMap = fc.tuple(space, fc.constantFrom('CA one', 'CA two', 'nothing')).map(([space, text]) => object({ apiVersion: 'v1', kind: 'ConfigMap', namespace: space, name: 'ca' }, { data: { 'ca.crt': text } }));
const backendTls = fc.tuple(space, number(1), number(2), fc.constantFrom(undefined, 'p80', 'none'), created)
  .map(([space, n, target, sectionName, time]) => object({ apiVersion: V1, kind: 'BackendTLSPolicy', namespace: space, name: `tls${n}`, more: stamp(time) }, {
    spec: { targetRefs: [{ group: '', kind: 'Service', name: `svc${target}`, ...(sectionName === undefined ? {} : { sectionName }) }], validation: { hostname: 'svc.test', caCertificateRefs: [{ group: '', kind: 'ConfigMap', name: 'ca' }] } },
  }));
const xbackend = fc.tuple(space, fc.constantFrom('one.example.net', 'two.example.net', '10.0.0.1')).map(([space, hostname]) => object({ apiVersion: X_V1, kind: 'XBackend', namespace: space, name: 'x0' }, {
  spec: { type: 'ExternalHostname', externalHostname: { hostname }, port: { number: 443 } },
}));
const traffic = fc.tuple(space, number(1), fc.constantFrom('svc0', 'svc1', 'x0'), fc.constantFrom(10, 20))
  .map(([space, n, name, percent]) => object({ apiVersion: X_V1, kind: 'XBackendTrafficPolicy', namespace: space, name: `t${n}` }, {
    spec: { targetRefs: [name === 'x0' ? { group: 'gateway.networking.x-k8s.io', kind: 'XBackend', name } : { group: '', kind: 'Service', name }], retryConstraint: { budget: { percent } } },
  }));
const telemetry = fc.tuple(space, number(1), number(1), number(2)).map(([space, n, target, collector]) => object({ apiVersion: X_V1, kind: 'XTelemetryPolicy', namespace: space, name: `o${n}` }, {
  spec: { targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: `g${target}` }], tracing: { mode: 'Enabled', provider: { backendRef: { name: `svc${collector}`, port: 80 } } } },
}));

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

const anything = fc.oneof(
  { arbitrary: httpRoute, weight: 6 }, { arbitrary: gateway, weight: 3 }, { arbitrary: service, weight: 4 }, { arbitrary: slice, weight: 4 },
  gatewayClass, listenerSet, grpcRoute, streamRoute, grant, namespace, secret, configMap, backendTls, xbackend, traffic, telemetry,
);

/** Of an object that is rejected the last good content counts, so that nothing could be said of it from nothing. */
const change = anything.filter(({ object }) => admit(object).outcome === 'admitted');

/** Edits of a small world whose objects meet all the time. */
export const edit: fc.Arbitrary<Edit> = fc.tuple(change, fc.constantFrom(true, true, true, false)).map(([it, stays]) => (stays ? it : { id: it.id, object: undefined }));

/** Edits that make a world in which most references lead somewhere. */
export const firstWorld: fc.Arbitrary<readonly Edit[]> = fc.tuple(
  fc.constant(object({ apiVersion: V1, kind: 'GatewayClass', name: 'ours' }, { spec: { controllerName: 'test.dev/controller' } })),
  fc.array(change, { minLength: 10, maxLength: 40 }),
).map(([own, others]) => [own, ...others]);
