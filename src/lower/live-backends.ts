import type { BackendNode, Graph } from '../attach/index.ts';
import { kept } from '../base/index.ts';
import type { Backend, BackendKey, Certificate, Endpoint } from '../ir/index.ts';
import { lowerBackend } from './backends.ts';

export interface BackendsChange {
  readonly backends: ReadonlySet<BackendKey>;
  readonly endpoints: ReadonlySet<BackendKey>;
  /** The certificates that backends are shown are others. */
  readonly hasOtherCertificates: boolean;
}

/** The backends of the graph; an entry is made again when its node changes. */
export class LiveBackendTable {
  readonly backends: Record<BackendKey, Backend> = {};
  readonly endpoints: Record<BackendKey, readonly Endpoint[]> = {};
  /** What backends are shown in place of a listener's certificate. */
  readonly certificates = new Map<BackendKey, Readonly<Record<string, Certificate>>>();

  update(nodes: Graph['backends'], keys: Iterable<BackendKey>): BackendsChange {
    const backends = new Set<BackendKey>();
    const endpoints = new Set<BackendKey>();
    let hasOtherCertificates = false;
    for (const key of keys) {
      const node = nodes.get(key);
      const made = node === undefined ? undefined : lowerBackend(node);
      if (put(this.backends, key, made?.backend)) backends.add(key);
      if (put(this.endpoints, key, endpointsOf(node))) endpoints.add(key);
      hasOtherCertificates = this.#note(key, made?.certificates) || hasOtherCertificates;
    }
    return { backends, endpoints, hasOtherCertificates };
  }

  #note(key: BackendKey, certificates: Readonly<Record<string, Certificate>> = {}): boolean {
    const before = this.certificates.get(key) ?? {};
    if (kept(before, certificates) === before) return false;
    if (Object.keys(certificates).length === 0) this.certificates.delete(key);
    else this.certificates.set(key, certificates);
    return true;
  }
}

/** A backend without an entry has no endpoints. */
function endpointsOf(node: BackendNode | undefined): readonly Endpoint[] | undefined {
  return node === undefined || node.endpoints.length === 0 ? undefined : node.endpoints;
}

/** Whether the entry is another one then. */
function put<T>(table: Record<string, T>, key: string, value: T | undefined): boolean {
  const before = table[key];
  if (value === undefined) {
    delete table[key];
    return before !== undefined;
  }
  table[key] = kept(before, value);
  return table[key] !== before;
}
