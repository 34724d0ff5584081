import type { KubeObject } from './kube-object.ts';

/** Something that an object refers to by name. */
export interface Reference {
  readonly kind: string;
  /** `namespace/name`. */
  readonly key: string;
}

/** Fields that name Secrets and ConfigMaps, wherever they stand, with the kind that is meant where none is given. */
const fields: Readonly<Record<string, string>> = { certificateRefs: 'Secret', clientCertificateRef: 'Secret', caCertificateRefs: 'ConfigMap' };

/** The kinds that have such fields. */
export const referringKinds: ReadonlySet<string> = new Set(['Gateway', 'ListenerSet', 'BackendTLSPolicy', 'XBackend']);

/** What of the core group an object refers to; rather too much than too little, since whether it may is judged later. */
export function referencesIn(object: KubeObject & { readonly spec?: unknown }): Reference[] {
  const found: Reference[] = [];
  const walk = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const [field, it] of Object.entries(value)) {
      const kind = fields[field];
      if (kind === undefined) walk(it);
      else for (const ref of Array.isArray(it) ? it as unknown[] : [it]) add(ref, kind);
    }
  };
  const add = (ref: unknown, otherwise: string): void => {
    const { group = '', kind = otherwise, namespace = object.metadata.namespace ?? '', name = '' } = (ref ?? {}) as { group?: string; kind?: string; namespace?: string; name?: string };
    if (group === '') found.push({ kind, key: `${namespace}/${name}` });
  };
  walk(object.spec);
  return found;
}

/** Who refers to what, so that each thing is known to be wanted as long as somebody does. */
export class References {
  readonly #byOwner = new Map<string, readonly Reference[]>();
  readonly #counts = new Map<string, number>();
  readonly #onWanted: (reference: Reference, isWanted: boolean) => void;

  constructor(onWanted: (reference: Reference, isWanted: boolean) => void) {
    this.#onWanted = onWanted;
  }

  /** All that this owner refers to from now on. */
  set(owner: string, references: readonly Reference[]): void {
    const before = this.#byOwner.get(owner) ?? [];
    if (references.length === 0) this.#byOwner.delete(owner);
    else this.#byOwner.set(owner, references);
    // The new ones first, so that what stays is never unwanted in between.
    for (const one of references) this.#count(one, 1);
    for (const one of before) this.#count(one, -1);
  }

  #count(reference: Reference, by: 1 | -1): void {
    const id = `${reference.kind} ${reference.key}`;
    const before = this.#counts.get(id) ?? 0;
    const after = before + by;
    if (after === 0) this.#counts.delete(id);
    else this.#counts.set(id, after);
    if (before === 0 || after === 0) this.#onWanted(reference, after > 0);
  }
}
