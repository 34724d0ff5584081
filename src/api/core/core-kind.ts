import type { Problem } from '../problem.ts';
import type { KindSchema, Schema } from '../schema.ts';

/** A kind of Kubernetes itself. Its schema is only a part of the real one, so that fields beyond it are dropped silently. */
export interface CoreKind extends KindSchema {
  readonly partial: true;
  /** What the API server does in code: defaults that depend on other fields, merges. Gets a valid object, returns a new one. */
  readonly complete?: (object: never) => unknown;
  /** What the API server checks in code. Gets a valid and completed object. */
  readonly check?: (object: never) => readonly Problem[];
}

/** A kind with one served version and `spec` (or other fields) beside the usual ones. */
export function coreKind(type: { group: string; version: string; kind: string; scope?: 'Cluster' }, fields: Schema): CoreKind {
  return {
    group: type.group,
    kind: type.kind,
    scope: type.scope ?? 'Namespaced',
    versions: [{ name: type.version, served: true, schema: 0 }],
    schemas: [{
      ...fields,
      type: 'object',
      properties: { apiVersion: { type: 'string' }, kind: { type: 'string' }, metadata: { type: 'object' }, ...fields.properties },
    }],
    partial: true,
  };
}

export const labelSelectorSchema: Schema = {
  type: 'object',
  properties: {
    matchLabels: { type: 'object', additionalProperties: { type: 'string' } },
    matchExpressions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['key', 'operator'],
        properties: {
          key: { type: 'string' },
          operator: { type: 'string', enum: ['In', 'NotIn', 'Exists', 'DoesNotExist'] },
          values: { type: 'array', items: { type: 'string' } },
        },
      },
    },
  },
};

export interface LabelSelector {
  readonly matchLabels?: { readonly [key: string]: string };
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
    readonly values?: readonly string[];
  }[];
}

export const portNumber: Schema = { type: 'integer', format: 'int32', minimum: 1, maximum: 65535 };
export const transportProtocol: Schema = { type: 'string', enum: ['TCP', 'UDP', 'SCTP'], default: 'TCP' };
