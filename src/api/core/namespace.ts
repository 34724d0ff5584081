import type { ObjectMeta } from '../object-meta.ts';
import { coreKind } from './core-kind.ts';

export interface Namespace {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMeta;
}

export const namespaceKind = coreKind({ group: '', version: 'v1', kind: 'Namespace', scope: 'Cluster' }, {});
