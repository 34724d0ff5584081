import type { ObjectMeta, TemplateMeta } from '../object-meta.ts';
import { stringMapSchema } from '../object-meta.ts';
import { problem, type Problem } from '../problem.ts';
import type { Schema } from '../schema.ts';
import { coreKind, labelSelectorSchema, portNumber, transportProtocol, type CoreKind, type LabelSelector } from './core-kind.ts';

export interface Deployment {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: {
    readonly replicas: number;
    readonly selector: LabelSelector;
    readonly template: { readonly metadata: TemplateMeta; readonly spec?: PodSpec };
  };
}

export interface Pod {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
  readonly spec: PodSpec;
  readonly status?: PodStatus;
}

/** What a cluster says of a running pod; files seldom have it. */
export interface PodStatus {
  readonly phase?: string;
  readonly podIP?: string;
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
}

export interface PodSpec {
  readonly containers: readonly Container[];
  readonly hostname?: string;
  readonly serviceAccountName?: string;
  readonly volumes?: readonly Volume[];
}

/** Of the sources only Secrets are read. */
export interface Volume {
  readonly name: string;
  readonly secret?: { readonly secretName?: string };
}

export interface Container {
  readonly name: string;
  readonly image?: string;
  readonly ports?: readonly ContainerPort[];
  readonly env?: readonly EnvironmentVariable[];
}

export interface EnvironmentVariable {
  readonly name: string;
  readonly value?: string;
  /** Of the sources only `fieldRef` is read. */
  readonly valueFrom?: { readonly fieldRef?: { readonly fieldPath: string } };
}

export interface ContainerPort {
  readonly name?: string;
  readonly containerPort: number;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

const string = { type: 'string' } as const;

const valueFromSchema: Schema = {
  type: 'object',
  properties: { fieldRef: { type: 'object', required: ['fieldPath'], properties: { fieldPath: string } } },
};

const podSpecSchema: Schema = {
  type: 'object',
  required: ['containers'],
  properties: {
    hostname: string,
    serviceAccountName: string,
    volumes: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: string, secret: { type: 'object', properties: { secretName: string } } } } },
    containers: {
      type: 'array',
      minItems: 1,
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: {
        type: 'object',
        required: ['name'],
        properties: {
          name: string,
          image: string,
          ports: { type: 'array', items: { type: 'object', required: ['containerPort'], properties: { name: string, containerPort: portNumber, protocol: transportProtocol } } },
          env: { type: 'array', items: { type: 'object', required: ['name'], properties: { name: string, value: string, valueFrom: valueFromSchema } } },
        },
      },
    },
  },
};

const podStatusSchema: Schema = {
  type: 'object',
  properties: {
    phase: string,
    podIP: string,
    conditions: { type: 'array', items: { type: 'object', required: ['type', 'status'], properties: { type: string, status: string } } },
  },
};

/** Kubernetes ValidateDeploymentSpec: a selector that selects, and that selects the Deployment's own Pods. */
function checkSelector({ spec: { selector, template } }: Deployment): Problem[] {
  const wanted = Object.entries(selector.matchLabels ?? {});
  if (wanted.length === 0 && (selector.matchExpressions ?? []).length === 0) {
    return [problem('required-field', ['spec', 'selector'], { message: 'spec.selector: Required value: an empty selector selects nothing' })];
  }
  const labels = new Map(Object.entries(template.metadata.labels ?? {}));
  const [key, value] = wanted.find(([name, text]) => labels.get(name) !== text) ?? [];
  if (key === undefined) return [];
  const message = 'spec.template.metadata.labels: Invalid value: the selector does not match the labels of the template';
  return [problem('schema', ['spec', 'template', 'metadata', 'labels'], { message, hint: `give the template the label ${key}: ${value}` })];
}

const deployment = coreKind({ group: 'apps', version: 'v1', kind: 'Deployment' }, {
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['selector', 'template'],
      properties: {
        replicas: { type: 'integer', format: 'int32', minimum: 0, default: 1 },
        selector: labelSelectorSchema,
        template: {
          type: 'object',
          properties: {
            metadata: { type: 'object', default: {}, properties: { labels: stringMapSchema, annotations: stringMapSchema } },
            spec: podSpecSchema,
          },
        },
      },
    },
  },
});

export const deploymentKind: CoreKind = { ...deployment, check: checkSelector };

export const podKind = coreKind({ group: '', version: 'v1', kind: 'Pod' }, { required: ['spec'], properties: { spec: podSpecSchema, status: podStatusSchema } });

