import { listChange } from '../base/index.ts';
import type { ObjectRef } from '../contract/index.ts';
import type { Backend, BackendKey, CertificateKey, HostRoutes, Ir, IrChange, Listener, ListenerKey, RouteKey, StreamListener } from '../ir/index.ts';
import { Counted } from './counted.ts';
import { chunked, type Chunked, type HostChunk, type ListenerHead } from './host-chunks.ts';

/**
 * The part of an IR that one Gateway's data plane needs, and nothing of another's: above all no key of a certificate. It lives on: an update costs what
 * is other, and says which entries are.
 */
export class GatewayPart {
  /** By `table/key`; the hosts of listeners are a table of their own, in chunks. */
  readonly entries = new Map<string, unknown>();
  /** Of all its listeners. */
  listeners: ReadonlySet<ListenerKey> = new Set();
  readonly #namespace: string;
  readonly #name: string;
  /** The hosts of each listener. */
  readonly #chunks = new Map<ListenerKey, Chunked>();
  readonly #routes = new Counted();
  readonly #backends = new Counted();
  readonly #certificates = new Counted();
  /** What a route names. */
  readonly #named = new Map<RouteKey, readonly BackendKey[]>();
  /** The certificate that is shown to a backend. */
  readonly #shown = new Map<BackendKey, CertificateKey>();
  #changed = new Set<string>();

  /** `namespace` and `name` are the Gateway's. */
  constructor(namespace: string, name: string) {
    this.#namespace = namespace;
    this.#name = name;
  }

  /** Brings the part to this IR; the names of entries that are new, other or gone. `change`: what is other than in the IR before; undefined: anything. */
  update(ir: Ir, change?: IrChange): ReadonlySet<string> {
    this.#changed = new Set();
    if (change === undefined) this.#renew(ir);
    else this.#follow(ir, change);
    return this.#changed;
  }

  #follow(ir: Ir, { listeners, routes, backends, endpoints }: IrChange): void {
    for (const key of listeners) if (this.#chunks.has(key)) this.#serve(key, ir.listeners[key]!, ir);
    for (const key of routes) if (this.#routes.has(key)) this.#setRoute(key, ir);
    for (const key of backends) if (this.#backends.has(key)) this.#setBackend(key, ir);
    for (const key of endpoints) if (this.#backends.has(key)) this.#set(`endpoints/${key}`, ir.endpoints[key]);
  }

  #renew(ir: Ir): void {
    const before = new Map(this.entries);
    for (const one of [this.entries, this.#chunks, this.#routes, this.#backends, this.#certificates, this.#named, this.#shown]) one.clear();
    const listeners = this.#ours(ir.listeners);
    const streams = this.#ours(ir.streamListeners ?? {});
    this.listeners = new Set([...listeners, ...streams].map(([key]) => key));
    for (const [key, listener] of listeners) this.#serve(key, listener, ir);
    for (const [, listener] of listeners) this.#setAll('tracings', listener.tracing === undefined ? [] : [listener.tracing], ir);
    for (const [key, listener] of streams) {
      this.#set(`streamListeners/${key}`, listener);
      this.#setAll('streamRoutes', listener.hosts.map((it) => it.route), ir);
    }
    for (const [, listener] of [...listeners, ...streams]) this.#setCommon(listener, ir);
    this.#changed = new Set([...before.keys(), ...this.entries.keys()].filter((name) => before.get(name) !== this.entries.get(name)));
  }

  /** What listeners of every kind name. */
  #setCommon(listener: Listener | StreamListener, ir: Ir): void {
    this.#set(`sockets/${listener.socket}`, ir.sockets[listener.socket]);
    const { hosts: _, ...rest } = listener;
    for (const key of backendsIn(rest)) this.#nameBackend(key, ir);
    for (const key of [...listener.certificates ?? [], ...(listener.upstreamCertificate === undefined ? [] : [listener.upstreamCertificate])]) this.#nameCertificate(key, ir);
  }

  #setAll(table: 'tracings' | 'streamRoutes', keys: readonly string[], ir: Ir): void {
    for (const key of keys) {
      const entry = ir[table]?.[key];
      this.#set(`${table}/${key}`, entry);
      for (const backend of backendsIn(entry)) this.#nameBackend(backend, ir);
    }
  }

  #ours<T extends Listener | StreamListener>(listeners: Readonly<Record<ListenerKey, T>>): [ListenerKey, T][] {
    return Object.entries(listeners).filter(([, { origin }]) => {
      const gateway: ObjectRef = origin.parent ?? origin;
      return gateway.kind === 'Gateway' && gateway.namespace === this.#namespace && gateway.name === this.#name;
    });
  }

  /** The hosts of a listener, with their routes; chunks that are as before are passed over. */
  #serve(listener: ListenerKey, { hosts, ...rest }: Listener, ir: Ir): void {
    const before = this.#chunks.get(listener) ?? { hosts: [], chunks: [] };
    const after = chunked(listener, hosts, before);
    this.#chunks.set(listener, after);
    const { gone, come } = listChange(before.chunks, after.chunks);
    this.#moveRoutes(hostsIn(gone), hostsIn(come), ir);
    for (const { key } of gone) this.#set(`hosts/${key}`, undefined);
    for (const { key, hosts: own } of come) this.#set(`hosts/${key}`, own);
    if (this.entries.has(`listeners/${listener}`) && gone.length === come.length && gone.every((it, at) => it.key === come[at]!.key)) return;
    const head: ListenerHead = { ...rest, hosts: after.chunks.map((it) => it.key) };
    this.#set(`listeners/${listener}`, head);
  }

  /** Hosts that are in both are those that only moved. */
  #moveRoutes(gone: ReadonlySet<HostRoutes>, come: ReadonlySet<HostRoutes>, ir: Ir): void {
    for (const host of come) if (!gone.has(host)) for (const route of host.routes) if (this.#routes.add(route)) this.#setRoute(route, ir);
    for (const host of gone) if (!come.has(host)) for (const route of host.routes) if (this.#routes.remove(route)) this.#dropRoute(route, ir);
  }

  #setRoute(key: RouteKey, ir: Ir): void {
    const route = ir.routes[key];
    const before = this.#named.get(key) ?? [];
    const named = backendsIn(route);
    this.#named.set(key, named);
    for (const backend of named) this.#nameBackend(backend, ir);
    for (const backend of before) this.#leaveBackend(backend, ir);
    this.#set(`routes/${key}`, route);
  }

  #dropRoute(key: RouteKey, ir: Ir): void {
    for (const backend of this.#named.get(key) ?? []) this.#leaveBackend(backend, ir);
    this.#named.delete(key);
    this.#set(`routes/${key}`, undefined);
  }

  #nameBackend(key: BackendKey, ir: Ir): void {
    if (this.#backends.add(key)) this.#setBackend(key, ir);
  }

  #leaveBackend(key: BackendKey, ir: Ir): void {
    if (this.#backends.remove(key)) this.#setBackend(key, ir);
  }

  /** As it is now, or gone where nothing names it. */
  #setBackend(key: BackendKey, ir: Ir): void {
    const backend = this.#backends.has(key) ? ir.backends[key] : undefined;
    const [before, shown] = [this.#shown.get(key), shownTo(backend)];
    if (shown !== undefined) {
      this.#shown.set(key, shown);
      this.#nameCertificate(shown, ir);
    } else this.#shown.delete(key);
    if (before !== undefined && this.#certificates.remove(before)) this.#set(`certificates/${before}`, undefined);
    this.#set(`backends/${key}`, backend);
    this.#set(`endpoints/${key}`, backend === undefined ? undefined : ir.endpoints[key]);
  }

  #nameCertificate(key: CertificateKey, ir: Ir): void {
    this.#certificates.add(key);
    this.#set(`certificates/${key}`, ir.certificates[key]);
  }

  #set(name: string, value: unknown): void {
    if (this.entries.get(name) === value) return;
    this.#changed.add(name);
    if (value === undefined) this.entries.delete(name);
    else this.entries.set(name, value);
  }
}

function shownTo(backend: Backend | undefined): CertificateKey | undefined {
  const tls = backend?.tls;
  return typeof tls === 'object' && tls.certificate !== undefined && tls.certificate !== 'none' ? tls.certificate : undefined;
}

/** Fields that name a backend: of routes, filters, mirrors and authorizers, and of tracing. */
const naming: ReadonlySet<string> = new Set(['backend', 'collector']);

/** Every backend that is named anywhere in a value, each time it is. */
function backendsIn(value: unknown): BackendKey[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(backendsIn);
  return Object.entries(value).flatMap(([field, it]) => (naming.has(field) && typeof it === 'string' ? [it] : backendsIn(it)));
}

function hostsIn(chunks: readonly HostChunk[]): ReadonlySet<HostRoutes> {
  return new Set(chunks.flatMap((it) => it.hosts));
}
