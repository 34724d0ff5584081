/** The objects that the Gateway API publishes as examples are admitted, those that it publishes as invalid are rejected for their reason. */
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import { admit } from './admit.ts';

const folder = resolve(import.meta.dirname, '../../vendor/gateway-api');

function documentsIn(path: string): unknown[] {
  return parseAllDocuments(readFileSync(path, 'utf8')).map((document) => document.toJS() as unknown).filter((value) => value !== null);
}

function filesIn(name: string): string[] {
  return readdirSync(join(folder, name), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.yaml')).sort();
}

for (const file of filesIn('examples')) {
  test(`admits ${file}`, () => {
    for (const document of documentsIn(join(folder, 'examples', file))) {
      const admission = admit(document);
      if (admission.outcome === 'skipped') continue;
      assert.deepEqual(admission.problems.filter((one) => one.severity === 'error'), []);
      assert.ok(admission.outcome === 'admitted');
      const again = admit(admission.object);
      assert.ok(again.outcome === 'admitted');
      assert.deepEqual(again.object, admission.object, 'what is admitted stays as it is');
    }
  });
}

/** What each invalid example is rejected for: a part of one of its messages. */
const reasons: { readonly [file: string]: string } = {
  'experimental/httproute/invalid-filter-externalauth-bad-http-path.yaml': 'externalAuth.http.path: Invalid value: "/[]"',
  'experimental/httproute/invalid-filter-externalauth-empty.yaml': 'filter.externalAuth must be specified for ExternalAuth filter.type',
  'experimental/httproute/invalid-filter-externalauth-no-protocol.yaml': 'externalAuth.protocol: Required value',
  'experimental/httproute/invalid-header-value.yaml': 'responseHeaderModifier.add[0].value: Invalid value',
  'standard/gateway/duplicate-listeners.yaml': 'spec.listeners[1]: Duplicate value: {"name":"same"}',
  'standard/gateway/hostname-tcp.yaml': "hostname must not be specified for protocols ['TCP', 'UDP']",
  'standard/gateway/hostname-udp.yaml': "hostname must not be specified for protocols ['TCP', 'UDP']",
  'standard/gateway/invalid-addresses.yaml': 'spec.addresses[5]: Invalid value: {"value":"1.1.1"',
  'standard/gateway/invalid-listener-name.yaml': 'spec.listeners[0].name: Invalid value: "bad>"',
  'standard/gateway/invalid-listener-port.yaml': 'should be less than or equal to 65535',
  'standard/gateway/invalid-tls-mode.yaml': 'tls mode must be Terminate for protocol HTTPS',
  'standard/gateway/tlsconfig-tcp.yaml': "tls must not be specified for protocols ['HTTP', 'TCP', 'UDP']",
  'standard/gatewayclass/invalid-controller.yaml': 'spec.controllerName: Invalid value: "example"',
  'standard/httproute/duplicate-header-match.yaml': 'headers[1]: Duplicate value: {"name":"foo"}',
  'standard/httproute/duplicate-query-match.yaml': 'queryParams[1]: Duplicate value: {"name":"foo"}',
  'standard/httproute/httproute-portless-backend.yaml': 'Must have port for Service reference',
  'standard/httproute/httproute-portless-service.yaml': 'Must have port for Service reference',
  'standard/httproute/invalid-backend-group.yaml': 'backendRefs[0].group: Invalid value: "*"',
  'standard/httproute/invalid-backend-kind.yaml': 'backendRefs[0].kind: Invalid value: "*"',
  'standard/httproute/invalid-backend-port.yaml': 'should be less than or equal to 65535',
  'standard/httproute/invalid-filter-duplicate-header.yaml': 'remove[1]: Duplicate value: "foo"',
  'standard/httproute/invalid-filter-duplicate.yaml': 'RequestHeaderModifier filter cannot be repeated',
  'standard/httproute/invalid-filter-empty.yaml': 'filter.requestHeaderModifier must be specified for RequestHeaderModifier filter.type',
  'standard/httproute/invalid-filter-wrong-field.yaml': 'filter.requestRedirect must be nil if the filter.type is not RequestRedirect',
  'standard/httproute/invalid-header-name.yaml': 'headers[0].name: Invalid value: "magic/"',
  'standard/httproute/invalid-hostname.yaml': 'spec.hostnames[0]: Invalid value: "http://a<"',
  'standard/httproute/invalid-httpredirect-hostname.yaml': 'requestRedirect.hostname: Invalid value: "*.gateway.networking.k8s.io"',
  'standard/httproute/invalid-method.yaml': 'method: Unsupported value: "NOTREAL"',
  'standard/httproute/invalid-path-alphanum-specialchars-mix.yaml': 'must only contain valid characters',
  'standard/httproute/invalid-path-specialchars.yaml': 'must only contain valid characters',
  'standard/httproute/invalid-request-redirect-with-backendref.yaml': 'RequestRedirect filter must not be used together with backendRefs',
  'standard/referencegrant/missing-from.yaml': 'spec.from: Required value',
  'standard/referencegrant/missing-ns.yaml': 'spec.from[0].namespace: Required value',
  'standard/referencegrant/missing-to.yaml': 'spec.to: Required value',
  'standard/tlsroute/invalid-hostname.yaml': 'spec.hostnames[0]: Invalid value: "http://a<"',
  'standard/tlsroute/no-hostname.yaml': 'spec.hostnames: Required value',
};

test('every invalid example has a reason here', () => assert.deepEqual(filesIn('invalid-examples'), Object.keys(reasons).sort()));

for (const [file, reason] of Object.entries(reasons)) {
  test(`rejects ${file}`, () => {
    for (const document of documentsIn(join(folder, 'invalid-examples', file))) {
      const admission = admit(document);
      assert.equal(admission.outcome, 'rejected');
      assert.ok('problems' in admission);
      assert.ok(admission.problems.some((one) => one.message.includes(reason)), JSON.stringify(admission.problems, undefined, 1));
    }
  });
}
