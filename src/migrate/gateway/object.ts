/** A manifest that is made, as plain data; `about` and `notes` become comments. */
export interface MadeObject {
  readonly object: Manifest;
  /** Said above the document. */
  readonly about: readonly string[];
  /** Said above `spec.rules[index]`. */
  readonly rules?: readonly (readonly string[])[];
  /** Said above `spec.listeners[index]`. */
  readonly listeners?: readonly (readonly string[])[];
}

export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>>; readonly labels?: Readonly<Record<string, string>> };
  readonly spec?: Readonly<Record<string, unknown>>;
}

export const gatewayApi = 'gateway.networking.k8s.io/v1';

/** Leaves out what is undefined. */
export function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, it]) => it !== undefined)) as T;
}
