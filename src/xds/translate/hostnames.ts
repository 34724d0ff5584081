import type { Hostname } from '../../ir/index.ts';

/** Whether every host that `inner` covers is covered by `outer`. */
export function covers(outer: Hostname, inner: Hostname): boolean {
  if (outer === '' || outer === inner) return true;
  return outer.startsWith('*.') && inner.length > outer.length - 1 && inner.endsWith(outer.slice(1));
}

/** Finds the most specific of several hostnames that cover another one. */
export class MostSpecific<T> {
  readonly #values = new Map<Hostname, T>();

  /** Of equal hostnames the first counts. */
  add(hostname: Hostname, value: T): void {
    if (!this.#values.has(hostname)) this.#values.set(hostname, value);
  }

  find(hostname: Hostname): T | undefined {
    const exact = this.#values.get(hostname);
    if (exact !== undefined) return exact;
    const from = hostname.startsWith('*.') ? 2 : 0;
    for (let dot = hostname.indexOf('.', from); dot > 0; dot = hostname.indexOf('.', dot + 1)) {
      const wildcard = this.#values.get(`*${hostname.slice(dot)}`);
      if (wildcard !== undefined) return wildcard;
    }
    return this.#values.get('');
  }
}

/** As Envoy writes a hostname of the IR in the domains of virtual hosts. */
export function domainOf(hostname: Hostname): string {
  return hostname === '' ? '*' : hostname;
}
