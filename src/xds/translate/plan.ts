import type { CertificateKey, Ir, Listener, StreamAction, StreamListener } from '../../ir/index.ts';
import type { SocketPlan } from './listeners/listener.ts';
import { routesName, streamClusterName } from './names.ts';
import type { TableOf } from './routes/route-configuration.ts';

/** The listeners of an IR by socket. */
export function socketPlans(ir: Ir): SocketPlan[] {
  const listeners = grouped(Object.values(ir.listeners), (it) => it.socket);
  const streams = grouped(Object.entries(ir.streamListeners ?? {}), ([, it]) => it.socket);
  return Object.entries(ir.sockets).map(([key, socket]) => ({ key, socket, listeners: listeners.get(key) ?? [], streams: streams.get(key) ?? [] }));
}

function grouped<T>(all: readonly T[], keyOf: (one: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

/** The tables of routes of a socket: one for plain text, one for each listener that ends TLS; none for those that can't, since nobody would ask for it. */
export function routeTables({ key, listeners }: SocketPlan): TableOf[] {
  const secure = listeners.filter((it) => it.protocol === 'https');
  if (secure.length === 0) return listeners.length === 0 ? [] : [{ name: routesName(key), listeners }];
  return firstOfEachHostname(secure).filter((it) => (it.certificates ?? []).length > 0).map((own) => ({ name: routesName(key, own.hostname), listeners: secure, own }));
}

function firstOfEachHostname(listeners: readonly Listener[]): Listener[] {
  return listeners.filter((it, index) => listeners.findIndex(({ hostname }) => hostname === it.hostname) === index);
}

/** What one hostname of a listener of layer 4 leads to. */
export interface StreamPlan {
  readonly name: string;
  readonly action: StreamAction | undefined;
  readonly listener: StreamListener;
  readonly route: string | undefined;
}

/** One for each host; listeners of TCP and UDP have one even without a route, so that a first route changes no listener. */
export function streamPlans(ir: Ir): StreamPlan[] {
  return Object.entries(ir.streamListeners ?? {}).flatMap(([key, listener]) => hostsOf(listener).map(({ hostname, route }) => ({
    name: streamClusterName(key, hostname), listener, route, action: route === undefined ? undefined : ir.streamRoutes?.[route]?.action,
  })));
}

function hostsOf({ protocol, hosts }: StreamListener): readonly { readonly hostname: string; readonly route: string | undefined }[] {
  if (hosts.length > 0) return hosts;
  return protocol === 'tcp' || protocol === 'udp' ? [{ hostname: '', route: undefined }] : [];
}

/** Certificates that listeners show to backends; undefined among them: some show none. */
export function shownCertificates(ir: Ir): (CertificateKey | undefined)[] {
  return [...new Set([undefined, ...[...Object.values(ir.listeners), ...Object.values(ir.streamListeners ?? {})].map((it) => it.upstreamCertificate)])];
}
