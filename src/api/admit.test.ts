import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { formatPath } from '../contract/index.ts';
import { admit, type Admission } from './admit.ts';

const group = 'gateway.networking.k8s.io';

function route(spec: object, rest: object = {}): object {
  return { apiVersion: `${group}/v1`, kind: 'HTTPRoute', metadata: { name: 'web' }, spec, ...rest };
}

function rule(fields: object): object {
  return route({ rules: [fields] });
}

function gateway(listener: object, spec: object = {}): object {
  return { apiVersion: `${group}/v1`, kind: 'Gateway', metadata: { name: 'gw' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP', ...listener }], ...spec } };
}

function service(spec: object): object {
  return { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec };
}

function named(name: unknown, metadata: object = {}): object {
  return { apiVersion: `${group}/v1`, kind: 'HTTPRoute', metadata: { name, ...metadata }, spec: {} };
}

/** `outcome`, then a line for each problem: `code at path: message -- hint`. */
function print(admission: Admission): string[] {
  if (admission.outcome === 'skipped') return [`skipped ${admission.type}`];
  return [admission.outcome, ...admission.problems.map((one) => `${one.code} at ${formatPath(one.path)}: ${one.message}${one.hint === undefined ? '' : ` -- ${one.hint}`}`)];
}

const template = 'replace the template variable by its value first (envsubst, flux build, helm template, kustomize build)';

const cases: { readonly [name: string]: readonly [document: unknown, ...answer: string[]] } = {
  'a text': ['hello', 'rejected', 'not-an-object at : the document is a string, a Kubernetes object is due -- an object begins with apiVersion, kind and metadata'],
  'a list': [[], 'rejected', 'not-an-object at : the document is a list, a Kubernetes object is due -- an object begins with apiVersion, kind and metadata'],
  'no type': [{ rules: [] }, 'rejected', 'missing-type at apiVersion: apiVersion not set -- write for example: apiVersion: gateway.networking.k8s.io/v1', 'missing-type at kind: kind not set -- write for example: kind: HTTPRoute'],
  'a kind of another group': [{ apiVersion: 'networking.istio.io/v1', kind: 'Gateway' }, 'skipped networking.istio.io/v1/Gateway'],
  'a core kind that is not read': [{ apiVersion: 'v1', kind: 'ServiceAccount' }, 'skipped v1/ServiceAccount'],
  'Gateway v1alpha2': [{ apiVersion: `${group}/v1alpha2`, kind: 'Gateway' }, 'rejected', `unknown-version at apiVersion: no matches for kind "Gateway" in version "${group}/v1alpha2" -- write apiVersion: ${group}/v1`],
  'an old ReferenceGrant': [{ apiVersion: `${group}/v1alpha2`, kind: 'ReferenceGrant' }, 'rejected', `unknown-version at apiVersion: no matches for kind "ReferenceGrant" in version "${group}/v1alpha2" -- write apiVersion: ${group}/v1`],
  'a misspelt kind': [{ apiVersion: `${group}/v1`, kind: 'HttpRoutes' }, 'rejected', `unknown-kind at kind: no matches for kind "HttpRoutes" in version "${group}/v1" -- write kind: HTTPRoute with apiVersion: ${group}/v1`],
  'a kind before it graduated': [{ apiVersion: 'gateway.networking.x-k8s.io/v1alpha1', kind: 'XListenerSet' }, 'rejected', `unknown-kind at kind: no matches for kind "XListenerSet" in version "gateway.networking.x-k8s.io/v1alpha1" -- write kind: ListenerSet with apiVersion: ${group}/v1`],
  'a kind under the other group': [{ apiVersion: `${group}/v1`, kind: 'XMesh' }, 'rejected', `unknown-kind at apiVersion: no matches for kind "XMesh" in version "${group}/v1" -- write apiVersion: gateway.networking.x-k8s.io/v1alpha1`],
  'a misspelt group': [{ apiVersion: 'networking.k8s.io/v1', kind: 'HTTPRoute' }, 'rejected', `unknown-kind at apiVersion: no matches for kind "HTTPRoute" in version "networking.k8s.io/v1" -- write apiVersion: ${group}/v1`],
  'only a version': [{ apiVersion: 'v1', kind: 'HTTPRoute' }, 'rejected', `unknown-kind at apiVersion: no matches for kind "HTTPRoute" in version "v1" -- write apiVersion: ${group}/v1`],
  'only a group': [{ apiVersion: group, kind: 'HTTPRoute' }, 'rejected', `unknown-kind at apiVersion: no matches for kind "HTTPRoute" in version "${group}" -- write apiVersion: ${group}/v1`],
  'a core kind in lower case': [{ apiVersion: 'v1', kind: 'service' }, 'rejected', 'unknown-kind at kind: no matches for kind "service" in version "v1" -- write kind: Service'],
  'v1beta1': [route({}, { apiVersion: `${group}/v1beta1` }), 'admitted'],
  'a deprecated version': [
    { apiVersion: `${group}/v1alpha2`, kind: 'TLSRoute', metadata: { name: 't' }, spec: { rules: [{ backendRefs: [{ name: 's', port: 443 }] }] } }, 'admitted',
    `deprecated-version at apiVersion: The v1alpha2 version of TLSRoute has been deprecated and will be removed in a future release of the API. Please upgrade to v1. -- write apiVersion: ${group}/v1`,
  ],
  'the same in v1': [{ apiVersion: `${group}/v1`, kind: 'TLSRoute', metadata: { name: 't' }, spec: { rules: [{ backendRefs: [{ name: 's', port: 443 }] }] } }, 'rejected', 'required-field at spec.hostnames: spec.hostnames: Required value'],
  'no metadata': [{ apiVersion: `${group}/v1`, kind: 'HTTPRoute', spec: {} }, 'rejected', 'required-field at metadata.name: metadata.name: Required value'],
  'generateName': [{ apiVersion: `${group}/v1`, kind: 'HTTPRoute', metadata: { generateName: 'x-' }, spec: {} }, 'rejected', 'required-field at metadata.name: metadata.name: Required value -- generateName makes names only in a cluster; write a name'],
  'no spec': [{ apiVersion: `${group}/v1`, kind: 'HTTPRoute', metadata: { name: 'x' } }, 'rejected', 'required-field at spec: spec: Required value'],
  'a bad name': [named('My_Route'), 'rejected', 'schema at metadata.name: metadata.name: Invalid value: "My_Route" -- lower-case letters, digits, `-` and dots, with a letter or digit at both ends, are due (RFC 1123 subdomain)'],
  'a name with a variable': [named('${name}'), 'rejected', `placeholder at metadata.name: metadata.name: Invalid value: "\${name}" still holds a template variable -- ${template}`],
  'a bad namespace': [named('x', { namespace: 'a.b' }), 'rejected', 'schema at metadata.namespace: metadata.namespace: Invalid value: "a.b" -- at most 63 lower-case letters, digits and `-`, with a letter or digit at both ends, are due (RFC 1123 label)'],
  'a number for a label': [named('x', { labels: { version: 1 } }), 'rejected', 'schema at metadata.labels.version: metadata.labels.version: Invalid value: 1 is a number, a string is due -- put quotes around it: "1"'],
  'a bad label key': [named('x', { labels: { 'a/b/c': 'd' } }), 'rejected', 'schema at metadata.labels[a/b/c]: metadata.labels: Invalid value: "a/b/c" -- a key is an optional DNS name and `/`, then at most 63 letters, digits and `-_.`'],
  'metadata that kubectl writes': [named('x', { managedFields: [], uid: 'u', creationTimestamp: null, selfLink: '/x' }), 'admitted'],
  'an unknown field of metadata': [named('x', { label: {} }), 'admitted', 'unknown-field at metadata.label: unknown field "metadata.label" -- did you mean labels?'],
  'a map for a list': [rule({ matches: { path: { value: '/' } } }), 'rejected', 'schema at spec.rules[0].matches: spec.rules[0].matches is a map, a list is due -- begin each item with `- `'],
  'a list for a map': [rule({ timeouts: [{ request: '1s' }] }), 'rejected', 'schema at spec.rules[0].timeouts: spec.rules[0].timeouts is a list, a map is due -- remove the `- ` in front of its fields'],
  'a text for a list': [route({ hostnames: 'a.example.com' }), 'rejected', 'schema at spec.hostnames: spec.hostnames: Invalid value: "a.example.com" is a string, a list is due -- write it as a list: ["a.example.com"]'],
  'a number for a map': [rule({ timeouts: 30 }), 'rejected', 'schema at spec.rules[0].timeouts: spec.rules[0].timeouts: Invalid value: 30 is a number, a map is due -- its fields are backendRequest, request'],
  'an empty list item': [route({ rules: [null] }), 'rejected', 'schema at spec.rules[0]: spec.rules[0] is empty, a map is due'],
  'a text for a number': [gateway({ port: '80' }), 'rejected', 'schema at spec.listeners[0].port: spec.listeners[0].port: Invalid value: "80" is a string, a whole number is due -- remove the quotes: 80'],
  'a variable for a number': [gateway({ port: '${PORT}' }), 'rejected', `placeholder at spec.listeners[0].port: spec.listeners[0].port: Invalid value: "\${PORT}" still holds a template variable -- ${template}`],
  'a variable without quotes': [gateway({ hostname: { '{ .Values.host }': null } }), 'rejected', `placeholder at spec.listeners[0].hostname: spec.listeners[0].hostname: Invalid value: "{{ .Values.host }}" still holds a template variable -- ${template}`],
  'a broken number': [gateway({ port: 80.5 }), 'rejected', 'schema at spec.listeners[0].port: spec.listeners[0].port: Invalid value: 80.5 is a number, a whole number is due'],
  'a boolean for a text': [rule({ matches: [{ headers: [{ name: 'x', value: true }] }] }), 'rejected', 'schema at spec.rules[0].matches[0].headers[0].value: spec.rules[0].matches[0].headers[0].value: Invalid value: true is a boolean, a string is due -- put quotes around it; without them YAML reads true, yes, on and y, and their opposites, as booleans'],
  'too large a number': [gateway({ port: 70000 }), 'rejected', 'schema at spec.listeners[0].port: spec.listeners[0].port: Invalid value: 70000: should be less than or equal to 65535'],
  'too small a number': [gateway({ port: 0 }), 'rejected', 'schema at spec.listeners[0].port: spec.listeners[0].port: Invalid value: 0: should be greater than or equal to 1'],
  'an unsupported value': [rule({ matches: [{ method: 'get' }] }), 'rejected', 'schema at spec.rules[0].matches[0].method: spec.rules[0].matches[0].method: Unsupported value: "get": supported values: "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH" -- did you mean "GET"?'],
  'a bad host name': [route({ hostnames: ['Example.com'] }), 'rejected', "schema at spec.hostnames[0]: spec.hostnames[0]: Invalid value: \"Example.com\": should match '^(\\*\\.)?[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$' -- a host name is due: letters, digits, `-` and dots, all lower case; `*.` may stand in front; no scheme, port or path; did you mean \"example.com\"?"],
  'a host name with a variable': [route({ hostnames: ['echo.${domain_name}'] }), 'rejected', `placeholder at spec.hostnames[0]: spec.hostnames[0]: Invalid value: "echo.\${domain_name}" still holds a template variable -- ${template}`],
  'an empty text': [gateway({ hostname: '' }), 'rejected', 'schema at spec.listeners[0].hostname: spec.listeners[0].hostname: Invalid value: "": may not be empty'],
  'too long a text': [gateway({ hostname: 'a'.repeat(254) }), 'rejected', 'schema at spec.listeners[0].hostname: spec.listeners[0].hostname: Too long: has 254 characters, may not be more than 253'],
  'too many items': [route({ rules: Array.from({ length: 17 }, () => ({})) }), 'rejected', 'schema at spec.rules: spec.rules: Too many: 17: must have at most 16 items'],
  'too few items': [{ apiVersion: `${group}/v1`, kind: 'ReferenceGrant', metadata: { name: 'g' }, spec: { from: [], to: [{ group: '', kind: 'Service' }] } }, 'rejected', 'schema at spec.from: spec.from: Invalid value: 0: should have at least 1 item'],
  'two listeners of a name': [gateway({}, { listeners: [{ name: 'a', port: 80, protocol: 'HTTP' }, { name: 'a', port: 81, protocol: 'HTTP' }] }), 'rejected', 'duplicate-item at spec.listeners[1]: spec.listeners[1]: Duplicate value: {"name":"a"} -- give each item its own name'],
  'a name for an address': [gateway({}, { addresses: [{ value: 'lb.example.com' }] }), 'rejected', 'schema at spec.addresses[0]: spec.addresses[0]: Invalid value: {"value":"lb.example.com","type":"IPAddress"}: must match exactly one of the schemas of the field (oneOf) -- an address of type IPAddress needs a value that is an IPv4 or IPv6 address; write type: Hostname for a name'],
  'a near field': [rule({ backendRef: [] }), 'admitted', 'unknown-field at spec.rules[0].backendRef: unknown field "spec.rules[0].backendRef" -- did you mean backendRefs?'],
  'a field in other case': [rule({ backendrefs: [] }), 'admitted', 'unknown-field at spec.rules[0].backendrefs: unknown field "spec.rules[0].backendrefs" -- did you mean backendRefs?'],
  'a field one level too high': [{ apiVersion: `${group}/v1`, kind: 'Gateway', metadata: { name: 'gw' }, spec: { gatewayClassName: 'x' }, listeners: [] }, 'rejected', 'required-field at spec.listeners: spec.listeners: Required value', 'unknown-field at listeners: unknown field "listeners" -- listeners belongs under spec; check the indentation'],
  'a field too deep': [rule({ matches: [{ path: { value: '/' }, backendRefs: [] }] }), 'admitted', 'unknown-field at spec.rules[0].matches[0].backendRefs: unknown field "spec.rules[0].matches[0].backendRefs" -- backendRefs belongs under spec.rules[]; check the indentation'],
  'two fields at once': [rule({ matches: [{ path: { value: 'x' } }], backendRefs: [{ name: 's' }] }), 'rejected',
    'cel-rule at spec.rules[0].matches[0].path: spec.rules[0].matches[0].path: Invalid value: {"value":"x","type":"PathPrefix"}: value must be an absolute path and start with \'/\' when type one of [\'Exact\', \'PathPrefix\']',
    'cel-rule at spec.rules[0].backendRefs[0]: spec.rules[0].backendRefs[0]: Invalid value: {"name":"s","group":"","kind":"Service","weight":1}: Must have port for Service reference'],
  'redirect and backend': [rule({ filters: [{ type: 'RequestRedirect', requestRedirect: {} }], backendRefs: [{ name: 's', port: 1 }] }), 'rejected', 'cel-rule at spec.rules[0]: spec.rules[0]: RequestRedirect filter must not be used together with backendRefs'],
  'no cascade': [rule({ filters: [{ type: 'RequestRedirekt' }] }), 'rejected', 'schema at spec.rules[0].filters[0].type: spec.rules[0].filters[0].type: Unsupported value: "RequestRedirekt": supported values: "RequestHeaderModifier", "ResponseHeaderModifier", "RequestMirror", "RequestRedirect", "URLRewrite", "ExtensionRef", "CORS", "ExternalAuth" -- did you mean "RequestRedirect"?'],
  'a path with a variable': [rule({ matches: [{ path: { value: '${PREFIX}' } }] }), 'rejected', `placeholder at spec.rules[0].matches[0].path.value: spec.rules[0].matches[0].path.value: Invalid value: "\${PREFIX}" still holds a template variable -- ${template}`],
  'status is ignored': [route({}, { status: { parents: 3, foo: 1 } }), 'admitted'],
  'fields of core kinds that are not read': [service({ ports: [{ port: 80 }], sessionAffinity: 'None', ipFamilies: ['IPv4'] }), 'admitted'],
  'a Service without ports': [service({ selector: { app: 'x' } }), 'rejected', 'required-field at spec.ports: spec.ports: Required value'],
  'ports without names': [service({ ports: [{ port: 80 }, { port: 81, name: 'b' }] }), 'rejected', 'required-field at spec.ports[0].name: spec.ports[0].name: Required value -- a Service with several ports names each of them'],
  'an ExternalName without a name': [service({ type: 'ExternalName' }), 'rejected', 'required-field at spec.externalName: spec.externalName: Required value'],
  'a Deployment whose selector misses its Pods': [
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'd' }, spec: { selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'y' } }, spec: { containers: [{ name: 'c' }] } } } }, 'rejected',
    'schema at spec.template.metadata.labels: spec.template.metadata.labels: Invalid value: the selector does not match the labels of the template -- give the template the label app: x',
  ],
  'a Secret that is not base64': [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { 'tls.crt': '-----BEGIN' } }, 'rejected', 'schema at data[tls.crt]: data[tls.crt]: Invalid value: "…": must be base64'],
  'a Secret with a number': [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { pin: 4242 } }, 'rejected', 'schema at stringData.pin: stringData.pin: Invalid value: "…" is a number, a string is due -- put quotes around it: "…"'],
  'a Secret whose content is no map': [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: 'hunter2' }, 'rejected', 'schema at data: data: Invalid value: "…" is a string, a map is due'],
  'a Secret of a wrong type': [{ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type: 7 }, 'rejected', 'schema at type: type: Invalid value: 7 is a number, a string is due -- put quotes around it: "7"'],
};

for (const [name, [document, ...answer]] of Object.entries(cases)) {
  test(name, () => assert.deepEqual(print(admit(document)), answer));
}

function admitted(document: unknown): Extract<Admission, { outcome: 'admitted' }> {
  const admission = admit(document);
  assert.ok(admission.outcome === 'admitted', print(admission).join('\n'));
  return admission;
}

test('fills in the defaults of a route, nested ones too', () => {
  const { object } = admitted(rule({ backendRefs: [{ name: 's', port: 80 }] }));
  assert.deepEqual(object, {
    apiVersion: `${group}/v1`, kind: 'HTTPRoute', metadata: { name: 'web', namespace: 'default' },
    spec: { rules: [{ backendRefs: [{ name: 's', port: 80, group: '', kind: 'Service', weight: 1 }], matches: [{ path: { type: 'PathPrefix', value: '/' } }] }] },
  });
});

test('a null field counts as absent', () => {
  assert.deepEqual(admitted(route({ hostnames: null, rules: null })).object.kind, 'HTTPRoute');
  assert.deepEqual(admitted(gateway({ allowedRoutes: null })).object, admitted(gateway({})).object);
});

test('does not change its input', () => {
  const document = rule({ backendRefs: [{ name: 's', port: 80, extra: 1 }] });
  const before = JSON.stringify(document);
  admit(document);
  assert.equal(JSON.stringify(document), before);
});

test('drops status, unknown fields and the namespace of cluster-scoped kinds', () => {
  const { object, ref } = admitted({ apiVersion: `${group}/v1`, kind: 'GatewayClass', metadata: { name: 'c', namespace: 'x' }, spec: { controllerName: 'a.b/c', more: 1 }, status: {} });
  assert.deepEqual(object, { apiVersion: `${group}/v1`, kind: 'GatewayClass', metadata: { name: 'c' }, spec: { controllerName: 'a.b/c' } });
  assert.deepEqual(ref, { group, kind: 'GatewayClass', namespace: '', name: 'c' });
});

test('keeps a label or key named __proto__ as data', () => {
  const document: unknown = JSON.parse('{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"c"},"data":{"__proto__":"x","constructor":"y"}}');
  const { object } = admitted(document);
  assert.equal(JSON.stringify((object as { data?: unknown }).data), '{"__proto__":"x","constructor":"y"}');
  assert.equal(({} as { x?: unknown }).x, undefined);
  const odd = admit(JSON.parse(`{"apiVersion":"${group}/v1","kind":"HTTPRoute","metadata":{"name":"c"},"spec":{"__proto__":{"rules":1},"constructor":2}}`));
  assert.deepEqual(print(odd).map((line) => line.split(':')[0]), ['admitted', 'unknown-field at spec.__proto__', 'unknown-field at spec.constructor']);
});

test('completes a Service and a Secret as the API server does', () => {
  const { object } = admitted(service({ ports: [{ port: 80 }, { port: 81, name: 'b', targetPort: 'web', protocol: 'UDP' }].slice(1) }));
  assert.deepEqual((object as { spec: unknown }).spec, { ports: [{ port: 81, name: 'b', targetPort: 'web', protocol: 'UDP' }], type: 'ClusterIP' });
  assert.deepEqual((admitted(service({ ports: [{ port: 80 }] })).object as { spec: unknown }).spec, { ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }], type: 'ClusterIP' });
  const secret = admitted({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { a: 'YQ==', b: 'YQ==' }, stringData: { b: 'hällo', c: '€😀' } });
  assert.deepEqual(secret.object, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's', namespace: 'default' }, type: 'Opaque', data: { a: 'YQ==', b: Buffer.from('hällo').toString('base64'), c: Buffer.from('€😀').toString('base64') } });
});

test('whatever is admitted is admitted again as it is, and nothing throws', () => {
  const scalar = fc.oneof(fc.constantFrom('a', 'example.com', '/x', 'HTTP', 'PathPrefix', '${x}', 'Service', ''), fc.integer({ min: -1, max: 70000 }), fc.boolean(), fc.constant(null));
  const key = fc.constantFrom('name', 'port', 'protocol', 'hostname', 'hostnames', 'rules', 'matches', 'path', 'type', 'value', 'backendRefs', 'filters', 'parentRefs', 'listeners', 'weight', 'tls', '__proto__', 'requestRedirect', 'headers');
  const value = fc.letrec((tie) => ({ any: fc.oneof({ depthSize: 'medium', maxDepth: 7 }, scalar, fc.array(tie('any'), { maxLength: 3 }), fc.dictionary(key, tie('any'), { maxKeys: 5, noNullPrototype: true })) })).any;
  const document = fc.record({
    apiVersion: fc.constant(`${group}/v1`),
    kind: fc.constantFrom('HTTPRoute', 'GRPCRoute', 'TLSRoute', 'ReferenceGrant'),
    metadata: fc.constant({ name: 'x' }),
    spec: fc.oneof(value, fc.record({ rules: fc.array(fc.record({ matches: value, backendRefs: value, filters: value }, { requiredKeys: [], noNullPrototype: true }), { maxLength: 3 }), hostnames: value }, { requiredKeys: [], noNullPrototype: true })),
  }, { noNullPrototype: true });
  fc.assert(fc.property(document, (input) => {
    const first = admit(input);
    if (first.outcome !== 'admitted') return;
    const second = admitted(first.object);
    assert.deepEqual(second.object, first.object);
    assert.deepEqual(second.problems, []);
  }), { numRuns: 300 });
});
