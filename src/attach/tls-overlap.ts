import type { ListenerNode } from './graph.ts';
import { covers } from './hostname.ts';
import { accept } from './verdict.ts';

/**
 * Marks HTTPS listeners of one port where a client may reuse a connection of one for the other, because a certificate covers
 * both or their hostnames overlap (spec: ListenerConditionOverlappingTLSConfig; RFC 9110 section 7.4 coalescing).
 */
export function markOverlaps(listeners: readonly ListenerNode[]): ListenerNode[] {
  const secure = listeners.filter((it) => it.protocol === 'HTTPS' && it.accepted.ok);
  return listeners.map((listener) => {
    if (!secure.includes(listener)) return listener;
    const rivals = secure.filter((it) => it !== listener && it.port === listener.port);
    const hostnames = rivals.find((it) => covers(it.hostname, listener.hostname) || covers(listener.hostname, it.hostname));
    if (hostnames !== undefined) return { ...listener, overlappingTls: accept('OverlappingHostnames', `Hostname overlaps with listener ${hostnames.name}; misdirected requests are possible.`) };
    const certificates = rivals.find((it) => sharesCertificate(listener, it));
    if (certificates === undefined) return listener;
    return { ...listener, overlappingTls: accept('OverlappingCertificates', `A certificate also covers listener ${certificates.name}; clients may reuse connections between them.`) };
  });
}

function sharesCertificate(a: ListenerNode, b: ListenerNode): boolean {
  const namesBoth = (names: readonly string[]): boolean => [a, b].every((it) => names.some((name) => covers(name, it.hostname)));
  return [...a.certificates, ...b.certificates].some((it) => namesBoth(it.names));
}
