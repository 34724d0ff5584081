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
  readonly 'x-kubernetes-int-or-string'?: boolean;
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

/** Where the definitions are: the Gateway API's, Postern's own in a cluster, and those of kinds that stand in files only. */
export const crdFolders = ['vendor/gateway-api/crds', 'deploy/crds', 'schemas'] as const;

/** All CRDs of those folders, in the order of their file names. */
export function readCrds(): Crd[] {
  return crdFolders.flatMap((name) => {
    const folder = resolve(import.meta.dirname, '../..', name);
    return readdirSync(folder).sort().map((file) => parse(readFileSync(join(folder, file), 'utf8')) as Crd);
  });
}

/** Whether the kind is Postern's own and not the Gateway API's. */
export function isOwn({ spec }: Crd): boolean {
  return spec.group === 'postern.dev';
}

/** `http-route` of `HTTPRoute`: the file name of a kind. */
export function fileNameOf(kind: string): string {
  return kind.match(/[A-Z]+(?=[A-Z][a-z])|[A-Z][a-z]+|[A-Z]+/g)!.join('-').toLowerCase();
}
