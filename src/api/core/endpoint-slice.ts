import type { ObjectMeta } from '../object-meta.ts';
import { coreKind, transportProtocol } from './core-kind.ts';

/** Endpoints of a Service, which the label `kubernetes.io/service-name` names. */
export interface EndpointSlice {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly addressType: 'IPv4' | 'IPv6' | 'FQDN';
  readonly endpoints: readonly EndpointSliceEndpoint[];
  readonly ports?: readonly EndpointSlicePort[];
}

export interface EndpointSliceEndpoint {
  readonly addresses: readonly string[];
  /** Absent or null conditions mean ready (discovery/v1). */
  readonly conditions?: { readonly ready?: boolean; readonly serving?: boolean; readonly terminating?: boolean };
  readonly hostname?: string;
  readonly nodeName?: string;
  readonly zone?: string;
  readonly targetRef?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
}

export interface EndpointSlicePort {
  /** `''` where the Service port has no name. */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  /** Absent: all ports. */
  readonly port?: number;
  readonly appProtocol?: string;
}

const boolean = { type: 'boolean' } as const;
const string = { type: 'string' } as const;

export const endpointSliceKind = coreKind({ group: 'discovery.k8s.io', version: 'v1', kind: 'EndpointSlice' }, {
  required: ['addressType'],
  properties: {
    addressType: { type: 'string', enum: ['IPv4', 'IPv6', 'FQDN'] },
    endpoints: {
      type: 'array',
      default: [],
      maxItems: 1000,
      items: {
        type: 'object',
        required: ['addresses'],
        properties: {
          addresses: { type: 'array', minItems: 1, maxItems: 100, items: { type: 'string', minLength: 1 } },
          conditions: { type: 'object', properties: { ready: boolean, serving: boolean, terminating: boolean } },
          hostname: string,
          nodeName: string,
          zone: string,
          targetRef: { type: 'object', properties: { kind: string, namespace: string, name: string } },
        },
      },
    },
    ports: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          name: { type: 'string', default: '' },
          protocol: transportProtocol,
          port: { type: 'integer', format: 'int32', minimum: 0, maximum: 65535 },
          appProtocol: string,
        },
      },
    },
  },
});
