import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

/** A schema node of a CRD, descriptions included. */
export interface CrdSchema {
  readonly description?: string;
  readonly type?: string;
  readonly properties?: { readonly [name: string]: CrdSchema };
  readonly additionalProperties?: CrdSchema | boolean;
  readonly items?: CrdSchema;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
}

export interface CrdVersion {
  readonly name: string;
  readonly served: boolean;
  readonly deprecated?: boolean;
  readonly deprecationWarning?: string;
  readonly schema: { readonly openAPIV3Schema: CrdSchema };
}

export interface Crd {
  readonly spec: {
    readonly group: string;
    readonly scope: 'Namespaced' | 'Cluster';
    readonly names: { readonly kind: string };
    readonly versions: readonly CrdVersion[];
  };
}

/** The vendored CRDs, in the order of their file names. */
export function readCrds(): Crd[] {
  const folder = resolve(import.meta.dirname, '../../vendor/gateway-api/crds');
  return readdirSync(folder).sort().map((name) => parse(readFileSync(join(folder, name), 'utf8')) as Crd);
}

/** `http-route` of `HTTPRoute`: the file name of a kind. */
export function fileNameOf(kind: string): string {
  return kind.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z]+|[A-Z]+/g)!.join('-').toLowerCase();
}
