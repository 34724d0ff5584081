import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { selfSigned } from '../../harness/certificates.ts';
import type { SuiteTest } from './expectation.ts';
import { suiteTests } from './expectation.ts';

export interface PlainObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

export const className = 'postern';
export const controllerName = 'postern.dev/gateway-controller';
/** What GatewayStaticAddresses puts in for its placeholders; the second is of a documentation range (RFC 5737). */
export const usableAddress = '127.0.0.9';
export const unusableAddress = '192.0.2.1';

const infra = 'gateway-conformance-infra';
const web = 'gateway-conformance-web-backend';
const app = 'gateway-conformance-app-backend';

/** The objects of one file below `suite/`, with the suite's placeholders filled in. */
export function readManifest(path: string): PlainObject[] {
  const text = readFileSync(join(import.meta.dirname, '../suite', path), 'utf8')
    .replaceAll('{GATEWAY_CLASS_NAME}', className)
    .replaceAll('{GATEWAY_CONTROLLER_NAME}', controllerName)
    .replaceAll('PLACEHOLDER_USABLE_ADDRS', usableAddress)
    .replaceAll('PLACEHOLDER_UNUSABLE_ADDRS', unusableAddress);
  return parseAllDocuments(text).map((document) => document.toJS() as PlainObject | null).filter((object) => object !== null);
}

/** What the suite's applier does to each object: our controller in classes, our class in Gateways. */
function prepared(object: PlainObject): PlainObject {
  const spec = object['spec'] as { [field: string]: unknown } | undefined;
  if (object.kind === 'GatewayClass') return { ...object, spec: { ...spec, controllerName } };
  if (object.kind === 'Gateway') return { ...object, spec: { ...spec, gatewayClassName: className } };
  return object;
}

function secret(namespace: string, name: string, pair: { certificate: string; key: string }): PlainObject {
  const data = {
    'tls.crt': Buffer.from(pair.certificate).toString('base64'),
    'tls.key': Buffer.from(pair.key).toString('base64'),
  };
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace, name }, type: 'kubernetes.io/tls', data };
}

function authorities(namespace: string, name: string, pair: { certificate: string }): PlainObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: { 'ca.crt': pair.certificate } };
}

/** Secrets and ConfigMaps that the suite makes in Go code; a client certificate is its own authority here. */
function secrets(): PlainObject[] {
  const validity = selfSigned(['*', '*.org', '*.wildcard.org']);
  const checks = selfSigned(['abc.example.com', 'spiffe://abc.example.com/test-identity', 'other.example.com']);
  const terminate = selfSigned(['tls.example.com']);
  const client = selfSigned(['client.example.org'], 'client');
  const perPortClient = selfSigned(['client.example.org'], 'client');
  const backendClient = selfSigned(['client.example.org'], 'client');
  const stranger = selfSigned(['abc.example.com']);
  return [
    secret(infra, 'tls-validity-checks-certificate', validity),
    secret(web, 'certificate', validity),
    secret(infra, 'tls-checks-certificate', checks),
    secret(infra, 'tls-passthrough-checks-certificate', checks),
    secret(app, 'tls-passthrough-checks-certificate', checks),
    secret(infra, 'tls-terminate-checks-certificate', terminate),
    secret(infra, 'tls-validity-checks-client-certificate', client),
    secret(infra, 'tls-validity-checks-per-port-client-certificate', perPortClient),
    secret(infra, 'tls-checks-client-certificate', backendClient),
    authorities(infra, 'tls-checks-ca-certificate', { certificate: checks.certificate + backendClient.certificate }),
    authorities(infra, 'mismatch-ca-certificate', stranger),
    authorities(infra, 'tls-validity-checks-ca-certificate', client),
    authorities(infra, 'tls-validity-checks-per-port-ca-certificate', perPortClient),
  ];
}

let base: readonly PlainObject[] | undefined;

/** The class, the base manifests and the generated Secrets; made once a process. */
export function baseObjects(): readonly PlainObject[] {
  const gatewayClass: PlainObject = {
    apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: className }, spec: { controllerName },
  };
  base ??= [gatewayClass, ...readManifest('base/manifests.yaml').map(prepared), ...secrets()];
  return base;
}

/** The objects of one test's own manifests. */
export function testObjects(test: SuiteTest): PlainObject[] {
  return test.manifests.flatMap(readManifest).map(prepared);
}

/** A test of the suite by its short name. */
export function suiteTest(name: string): SuiteTest {
  const found = suiteTests().find((test) => test.name === name);
  if (found === undefined) throw new Error(`the suite has no test ${name}`);
  return found;
}
