/** A structural schema (Kubernetes CustomResourceDefinition, OpenAPI v3 subset) as the API server reads it; descriptions are left out. */
export interface Schema {
  readonly type?: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: { readonly [name: string]: Schema };
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly required?: readonly string[];
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  /** Of strings: `ipv4`, `ipv6`, `date-time`, `byte`; of integers: `int32`, `int64`. */
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly not?: Schema;
  readonly 'x-kubernetes-int-or-string'?: boolean;
  /** Of maps: fields that are not named here are kept as they are. */
  readonly 'x-kubernetes-preserve-unknown-fields'?: boolean;
  readonly 'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
  readonly 'x-kubernetes-map-type'?: 'atomic' | 'granular';
  readonly 'x-kubernetes-validations'?: readonly Rule[];
}

/** A CEL rule of a schema node (`x-kubernetes-validations`); `self` is the value at the node. */
export interface Rule {
  readonly rule: string;
  readonly message: string;
}

/** One version of a kind that an API server with these CRDs knows. */
export interface KindVersion {
  readonly name: string;
  readonly served: boolean;
  /** The server's warning for a deprecated version. */
  readonly deprecation?: string;
  /** Index into `schemas` of the kind: versions with the same schema share it. */
  readonly schema: number;
}

/** A kind with everything that admission needs to know of it. */
export interface KindSchema {
  readonly group: string;
  readonly kind: string;
  readonly scope: 'Namespaced' | 'Cluster';
  /** The version to use first. */
  readonly versions: readonly KindVersion[];
  readonly schemas: readonly Schema[];
}
