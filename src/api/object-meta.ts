import type { Schema } from './schema.ts';

/** `metadata` of an admitted object: what Postern reads of it. `namespace` is absent for cluster-scoped kinds only. */
export interface ObjectMeta {
  readonly name: string;
  readonly namespace?: string;
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
  readonly generation?: number;
  /** RFC 3339, absent for objects that come from files. */
  readonly creationTimestamp?: string;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly deletionTimestamp?: string;
  readonly ownerReferences?: readonly OwnerReference[];
}

/** An object that goes away with its owner (Kubernetes meta/v1 OwnerReference). */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

export interface StringMap {
  readonly [key: string]: string;
}

/** A name, namespace and labels as a template (Deployment) holds them. */
export interface TemplateMeta {
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
}

export const stringMapSchema: Schema = { type: 'object', additionalProperties: { type: 'string' } };

/** Of every kind; the CRDs only say `type: object`. Source: Kubernetes meta/v1 ObjectMeta. */
export const objectMetaSchema: Schema = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    namespace: { type: 'string' },
    labels: stringMapSchema,
    annotations: stringMapSchema,
    generation: { type: 'integer', format: 'int64' },
    creationTimestamp: { type: 'string', format: 'date-time' },
    uid: { type: 'string' },
    resourceVersion: { type: 'string' },
    deletionTimestamp: { type: 'string', format: 'date-time' },
    ownerReferences: {
      type: 'array',
      items: {
        type: 'object',
        required: ['apiVersion', 'kind', 'name'],
        properties: {
          apiVersion: { type: 'string' }, kind: { type: 'string' }, name: { type: 'string' },
          uid: { type: 'string' }, controller: { type: 'boolean' }, blockOwnerDeletion: { type: 'boolean' },
        },
      },
    },
  },
};

/** Fields of ObjectMeta that Postern has no use for; they are dropped without a word. */
export const ignoredMetaFields: ReadonlySet<string> = new Set([
  'generateName', 'selfLink', 'deletionGracePeriodSeconds', 'finalizers', 'managedFields', 'clusterName',
]);
