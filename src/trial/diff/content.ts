import type { Known } from '../../explain/index.ts';
import type { BackendKey, Certificate, CertificateKey, Ir, Listener, Route, StreamListener, StreamRoute } from '../../ir/index.ts';
import { podsText } from './pods.ts';

/** What parts of a configuration say, apart from which objects they come from: equal text, equal treatment. */
export class Content {
  readonly #ir: Ir;
  readonly #of: Known;
  readonly #known = new Map<object, string>();

  constructor(known: Known) {
    this.#of = known;
    this.#ir = known.ir;
  }

  /** A backend: its name, how it is reached, and its endpoints where they are known. */
  backend(key: BackendKey): unknown {
    const { origin: _, tls, ...backend } = this.#ir.backends[key] ?? { origin: undefined };
    const endpoints = this.#of.assumed.has(key) ? 'assumed' : (this.#ir.endpoints[key] ?? []).map(({ name: __, ...it }) => it);
    return { key, ...backend, ...(tls === undefined ? {} : { tls: tls === 'refused' || tls.certificate === undefined || tls.certificate === 'none' ? tls : { ...tls, certificate: this.certificate(tls.certificate) } }), endpoints, pods: podsText(key, this.#of) };
  }

  certificate(key: CertificateKey | undefined): unknown {
    const certificate: Certificate | undefined = key === undefined ? undefined : this.#ir.certificates[key];
    return certificate === undefined ? undefined : { key, chain: certificate.chain };
  }

  /** A match and what is done with what meets it. */
  route(route: Route): string {
    return this.#once(route, () => [route.match, this.action(route)]);
  }

  /** What is done with what meets the match of a route. */
  action({ action }: Route): string {
    return this.#once(action, () => this.withBackends(action));
  }

  streamRoute(route: StreamRoute): string {
    return this.#once(route, () => this.withBackends(route.action));
  }

  /** A listener without its routes. */
  listener(listener: Listener | StreamListener): string {
    return this.#once(listener, () => {
      const { hosts: _, origin: __, socket: ___, certificates = [], upstreamCertificate, ...rest } = listener;
      const filters = 'filters' in listener ? { filters: this.withBackends(listener.filters) } : {};
      return { ...rest, ...filters, certificates: certificates.map((it) => this.certificate(it)), upstream: this.certificate(upstreamCertificate) };
    });
  }

  /** A part of an action with its backends in place of their keys. */
  withBackends(part: unknown): unknown {
    if (Array.isArray(part)) return part.map((it) => this.withBackends(it));
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).flatMap(([key, value]: [string, unknown]) => {
      if (key === 'origin') return [];
      return [[key, key === 'backend' && typeof value === 'string' ? this.backend(value) : this.withBackends(value)]];
    }));
  }

  #once(part: object, make: () => unknown): string {
    let text = this.#known.get(part);
    if (text === undefined) this.#known.set(part, text = JSON.stringify(make()));
    return text;
  }
}
