import type { ObjectRef } from '../../contract/index.ts';
import type { BackendKey, CertificateKey, Ir, Listener, StreamListener } from '../../ir/index.ts';

type Entries<T> = Readonly<Record<string, T>>;

/**
 * The part of an IR that one Gateway's data plane needs, and nothing of another's: above all no key of a certificate. `namespace` and `name` are
 * the Gateway's.
 */
export function gatewayIr(ir: Ir, namespace: string, name: string): Ir {
  const isOurs = ({ origin }: Listener | StreamListener): boolean => {
    const gateway: ObjectRef = origin.parent ?? origin;
    return gateway.kind === 'Gateway' && gateway.namespace === namespace && gateway.name === name;
  };
  const listeners = pick(ir.listeners, isOurs);
  const streamListeners = pick(ir.streamListeners ?? {}, isOurs);
  const all: readonly (Listener | StreamListener)[] = [...Object.values(listeners), ...Object.values(streamListeners)];
  const sockets = new Set(all.map((it) => it.socket));
  const routes = named(ir.routes, Object.values(listeners).flatMap((it) => it.hosts.flatMap((host) => host.routes)));
  const streamRoutes = named(ir.streamRoutes ?? {}, Object.values(streamListeners).flatMap((it) => it.hosts.map((host) => host.route)));
  const tracings = named(ir.tracings ?? {}, Object.values(listeners).flatMap((it) => it.tracing ?? []));
  const backends = named(ir.backends, backendsIn([routes, streamRoutes, tracings, listeners], ir));
  const certificates = named(ir.certificates, [
    ...all.flatMap((it) => [...it.certificates ?? [], ...one(it.upstreamCertificate)]),
    ...Object.values(backends).flatMap(({ tls }) => (typeof tls === 'object' && tls.certificate !== 'none' ? one(tls.certificate) : [])),
  ]);
  return {
    sockets: named(ir.sockets, [...sockets]), listeners, routes, backends, certificates, endpoints: named(ir.endpoints, Object.keys(backends)),
    ...(Object.keys(streamListeners).length === 0 ? {} : { streamListeners, streamRoutes }),
    ...(Object.keys(tracings).length === 0 ? {} : { tracings }),
  };
}

function one(key: CertificateKey | undefined): readonly CertificateKey[] {
  return key === undefined ? [] : [key];
}

function pick<T>(table: Entries<T>, wanted: (value: T) => boolean): Record<string, T> {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => wanted(value)));
}

function named<T>(table: Entries<T>, keys: readonly string[]): Record<string, T> {
  return Object.fromEntries([...new Set(keys)].flatMap((key): [string, T][] => (table[key] === undefined ? [] : [[key, table[key]]])));
}

/** Every backend that is named anywhere in these values: what filters, mirrors and authorizers name is a field `backend` too. */
function backendsIn(value: unknown, ir: Ir): BackendKey[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((it) => backendsIn(it, ir));
  return Object.entries(value).flatMap(([field, it]) => ((field === 'backend' || field === 'collector') && typeof it === 'string' && ir.backends[it] !== undefined ? [it] : backendsIn(it, ir)));
}
