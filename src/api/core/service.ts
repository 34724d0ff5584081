import type { ObjectMeta, StringMap } from '../object-meta.ts';
import { stringMapSchema } from '../object-meta.ts';
import { problem, type Problem } from '../problem.ts';
import { coreKind, portNumber, transportProtocol, type CoreKind } from './core-kind.ts';

export interface Service {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: ServiceSpec;
}

export interface ServiceSpec {
  readonly type: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
  /** `None` is a headless Service; absent where no cluster gave one. */
  readonly clusterIP?: string;
  readonly clusterIPs?: readonly string[];
  readonly externalName?: string;
  readonly selector?: StringMap;
  readonly ports?: readonly ServicePort[];
  readonly publishNotReadyAddresses?: boolean;
  /** Absent: None. */
  readonly sessionAffinity?: 'ClientIP' | 'None';
}

export interface ServicePort {
  /** May be absent only where the Service has one port. */
  readonly name?: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** A port number or the name of a container port. */
  readonly targetPort: number | string;
  /** What the port speaks: `kubernetes.io/h2c`, `kubernetes.io/ws`, `http`, ... */
  readonly appProtocol?: string;
  readonly nodePort?: number;
}

const base = coreKind({ group: '', version: 'v1', kind: 'Service' }, {
  properties: {
    spec: {
      type: 'object',
      default: {},
      properties: {
        type: { type: 'string', enum: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'], default: 'ClusterIP' },
        clusterIP: { type: 'string' },
        clusterIPs: { type: 'array', items: { type: 'string' } },
        externalName: { type: 'string' },
        selector: stringMapSchema,
        publishNotReadyAddresses: { type: 'boolean' },
        sessionAffinity: { type: 'string', enum: ['ClientIP', 'None'] },
        ports: {
          type: 'array',
          'x-kubernetes-list-type': 'map',
          'x-kubernetes-list-map-keys': ['port', 'protocol'],
          items: {
            type: 'object',
            required: ['port'],
            properties: {
              name: { type: 'string', maxLength: 63, pattern: '^[a-z0-9]([-a-z0-9]*[a-z0-9])?$' },
              port: portNumber,
              protocol: transportProtocol,
              targetPort: { 'x-kubernetes-int-or-string': true },
              appProtocol: { type: 'string' },
              nodePort: { type: 'integer', format: 'int32', minimum: 0, maximum: 65535 },
            },
          },
        },
      },
    },
  },
});

/** An absent `targetPort`, `0` or `''` means the port itself (Kubernetes core/v1 SetDefaults_Service). */
function complete(service: Service): Service {
  const ports = service.spec.ports?.map((port) => ({ ...port, targetPort: port.targetPort || port.port }));
  return ports === undefined ? service : { ...service, spec: { ...service.spec, ports } };
}

/** Kubernetes ValidateService: names where there are several ports, ports unless headless, a host name for ExternalName. */
function check(service: Service): Problem[] {
  const { ports = [], type, clusterIP, externalName } = service.spec;
  const problems: Problem[] = [];
  if (ports.length === 0 && type !== 'ExternalName' && clusterIP !== 'None') problems.push(required('ports'));
  if (type === 'ExternalName' && (externalName ?? '') === '') problems.push(required('externalName'));
  return [...problems, ...(ports.length > 1 ? checkPortNames(ports) : [])];
}

function required(field: string): Problem {
  return problem('required-field', ['spec', field], { message: `spec.${field}: Required value` });
}

function checkPortNames(ports: readonly ServicePort[]): Problem[] {
  const seen = new Set<string>();
  const problems: Problem[] = [];
  for (const [index, { name = '' }] of ports.entries()) {
    const path = ['spec', 'ports', index, 'name'];
    const where = `spec.ports[${index}].name`;
    if (name === '') problems.push(problem('required-field', path, { message: `${where}: Required value`, hint: 'a Service with several ports names each of them' }));
    else if (seen.has(name)) problems.push(problem('duplicate-item', path, { message: `${where}: Duplicate value: "${name}"` }));
    seen.add(name);
  }
  return problems;
}

export const serviceKind: CoreKind = { ...base, complete, check };
