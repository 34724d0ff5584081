/** A Kubernetes object as a manifest has it. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly [field: string]: unknown;
}

export function isManifest(value: unknown): value is Manifest {
  if (typeof value !== 'object' || value === null) return false;
  const { apiVersion, kind, metadata } = value as Partial<Manifest>;
  return typeof apiVersion === 'string' && typeof kind === 'string' && typeof metadata?.name === 'string';
}

/** What the shipped manifests have, and what a person wants there instead. */
export interface SettleOptions {
  readonly namespace: { readonly from: string; readonly to: string };
  readonly image: { readonly from: string; readonly to: string };
}

/** Before all others, in this order: namespaces hold the rest, and definitions must be known before their objects. */
const firstKinds = ['Namespace', 'CustomResourceDefinition'];

/** The manifests for another namespace and image, in the order in which they can be applied. */
export function settle(manifests: readonly Manifest[], { namespace, image }: SettleOptions): Manifest[] {
  const changed = manifests.map((it) => (it.kind === 'CustomResourceDefinition' ? it : replaced(it, (text) => {
    const other = text.replace(image.from, image.to);
    // The image's name may have the namespace's in it.
    return other === text || image.from === image.to ? text.replaceAll(namespace.from, namespace.to) : other;
  }) as Manifest));
  const rank = ({ kind }: Manifest): number => (firstKinds.includes(kind) ? firstKinds.indexOf(kind) : firstKinds.length);
  return changed.sort((a, b) => rank(a) - rank(b));
}

/** The same tree with its texts changed. */
function replaced(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((it) => replaced(it, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, replaced(it, change)]));
}
