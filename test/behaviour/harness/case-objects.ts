import { type KeyPair, selfSigned } from '../../harness/certificates.ts';
import type { PlainObject } from '../../conformance/harness/suite-objects.ts';
import { CONTROLLER_NAME } from '../../../src/controller/index.ts';
import type { BehaviourCase, Manifest } from './behaviour-case.ts';
import type { Pod } from './pod.ts';

const clusterScoped = new Set(['Namespace', 'GatewayClass']);
const core = new Set(['Namespace', 'Service', 'Secret', 'ConfigMap']);

function apiVersionOf(kind: string): string {
  if (core.has(kind)) return 'v1';
  return kind === 'EndpointSlice' ? 'discovery.k8s.io/v1' : 'gateway.networking.k8s.io/v1';
}

/** A manifest with what the runner adds: apiVersion, namespace, and the port of a pod for `$port(name)`. */
export function completed(manifest: Manifest, pods: readonly Pod[]): PlainObject {
  const { kind, metadata } = manifest;
  const whole = { apiVersion: apiVersionOf(kind), ...manifest, metadata: { ...(clusterScoped.has(kind) ? {} : { namespace: 'default' }), ...metadata } };
  const text = JSON.stringify(whole).replace(/"\$port\(([a-z0-9-]+)\)"/g, (_, name: string) => String(podNamed(pods, name).port));
  return JSON.parse(text) as PlainObject;
}

function podNamed(pods: readonly Pod[], name: string): Pod {
  const found = pods.find((pod) => pod.name === name);
  if (found === undefined) throw new Error(`the case has no pod ${name}`);
  return found;
}

export const gatewayClass: PlainObject = {
  apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: 'postern' }, spec: { controllerName: CONTROLLER_NAME },
};

/** What a case without a Gateway of its own is served by. */
export const usualGateway: Manifest = {
  kind: 'Gateway', metadata: { name: 'gw' }, spec: { gatewayClassName: 'postern', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
};

/** Endpoints at which nobody listens: a loopback address that no test binds. */
const deadAddress = '127.255.255.1';

function slice(service: { readonly name: string; readonly namespace: string }, endpoint: { readonly name: string; readonly address: string; readonly port: number; readonly ready: boolean }): PlainObject {
  return {
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4',
    metadata: { namespace: service.namespace, name: endpoint.name, labels: { 'kubernetes.io/service-name': service.name } },
    ports: [{ name: '', port: endpoint.port, protocol: 'TCP' }],
    endpoints: [{ addresses: [endpoint.address], conditions: { ready: endpoint.ready }, targetRef: { kind: 'Pod', namespace: service.namespace, name: endpoint.name } }],
  };
}

/** The Services of a case on port 80, with an EndpointSlice for each pod, since each pod has a port of its own. */
export function backendObjects(one: BehaviourCase, pods: readonly Pod[]): PlainObject[] {
  return Object.entries(one.backends ?? {}).flatMap(([name, spec]) => {
    const namespace = spec.namespace ?? 'default';
    const own = pods.filter((pod) => pod.service === name);
    const port = { port: 80, protocol: 'TCP', ...(spec.appProtocol === undefined ? {} : { appProtocol: spec.appProtocol }) };
    return [
      { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name }, spec: { selector: { app: name }, ports: [port] } },
      ...own.map((pod, index) => slice({ name, namespace }, { name: pod.name, address: '127.0.0.1', port: pod.port, ready: index < (spec.pods ?? 1) })),
      ...Array.from({ length: spec.refusing ?? 0 }, (_, index) => slice({ name, namespace }, { name: `${name}-dead-${index}`, address: deadAddress, port: 9 + index, ready: true })),
    ];
  });
}

const pairs = new Map<string, KeyPair>();

/** A key pair for DNS names under the name of a Secret; made once a process, because keys take time. */
export function pairOf(secret: string, names: readonly string[]): KeyPair {
  const key = `${secret} ${names.join()}`;
  const pair = pairs.get(key) ?? selfSigned(names);
  pairs.set(key, pair);
  return pair;
}

export function secretObjects(one: BehaviourCase): PlainObject[] {
  return Object.entries(one.certificates ?? {}).map(([name, names]) => {
    const { certificate, key } = pairOf(name, names);
    const data = { 'tls.crt': Buffer.from(certificate).toString('base64'), 'tls.key': Buffer.from(key).toString('base64') };
    return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'default', name }, type: 'kubernetes.io/tls', data };
  });
}
