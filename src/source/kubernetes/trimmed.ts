import type { KubeObject } from './kube-object.ts';

/** kubectl's copy of the whole object as it was applied. */
const appliedCopy = 'kubectl.kubernetes.io/last-applied-configuration';

type Plain = { readonly [field: string]: unknown };

/** An object without what nobody reads, so that it is not kept: who managed which field, copies of itself, content of no use here. */
export function trimmed(object: KubeObject): KubeObject {
  const { managedFields: _, annotations, ...metadata } = object.metadata as KubeObject['metadata'] & { readonly managedFields?: unknown };
  const whole = { ...object, metadata: { ...metadata, ...(annotations === undefined ? {} : { annotations: withoutCopy(annotations) }) } };
  const trim = contents[object.kind];
  return trim === undefined ? whole : trim(whole) as unknown as KubeObject;
}

function withoutCopy(annotations: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { [appliedCopy]: _, ...rest } = annotations;
  return rest;
}

/** What becomes of a kind's content. */
const contents: Readonly<Record<string, (object: Plain) => Plain>> = {
  Secret: (it) => ({ ...it, data: only(it['data'], ['tls.crt', 'tls.key', 'ca.crt']) }),
  ConfigMap: (it) => ({ ...without(it, ['binaryData']), data: only(it['data'], ['ca.crt']) }),
  EndpointSlice: (it) => ({ ...it, endpoints: Array.isArray(it['endpoints']) ? (it['endpoints'] as readonly Plain[]).map(endpoint) : [] }),
  Namespace: (it) => without(it, ['spec', 'status']),
  CustomResourceDefinition: (it) => without(it, ['spec', 'status']),
};

function without(object: Plain, fields: readonly string[]): Plain {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}

function only(data: unknown, keys: readonly string[]): Plain {
  return Object.fromEntries(Object.entries((data ?? {}) as Plain).filter(([key]) => keys.includes(key)));
}

/** Of a Service with many pods, endpoints are the most of the bytes. */
function endpoint({ addresses, conditions, targetRef }: Plain): Plain {
  const { kind, namespace, name } = (targetRef ?? {}) as Plain;
  return { addresses, ...(conditions === undefined ? {} : { conditions }), ...(name === undefined ? {} : { targetRef: { kind, namespace, name } }) };
}
