import type { GatewayParameters } from '../api/index.ts';

type Patches = GatewayParameters['spec']['patches'];

/** What no patch may change: where an object is found, whose it is, and which pods are meant. Each a path of fields. */
const kept = [['apiVersion'], ['kind'], ['metadata', 'name'], ['metadata', 'namespace'], ['metadata', 'ownerReferences'], ['spec', 'selector'], ['spec', 'scaleTargetRef'], ['status']] as const;
/** Maps that cannot be replaced or deleted as a whole, since those are in them. */
const whole = [[], ['metadata'], ['spec']] as const;

/** What a patch has that it may not have, as a sentence; undefined where all is well. */
export function forbiddenPatch(patches: Patches): string | undefined {
  for (const [object, patch] of Object.entries(patches ?? {})) {
    const field = kept.find((path) => at(patch, path) !== undefined);
    if (field !== undefined) return `patches.${object}.${field.join('.')} can't be set: Postern finds its objects and pods by it.`;
    const directive = whole.find((path) => at(patch, [...path, '$patch']) !== undefined || at(patch, [...path, '$retainKeys']) !== undefined);
    if (directive !== undefined) return `patches.${[object, ...directive].join('.')} can't be replaced or deleted as a whole; patch the fields in it.`;
  }
  return undefined;
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((holder, key) => (typeof holder === 'object' && holder !== null ? (holder as { readonly [key: string]: unknown })[key] : undefined), value);
}
