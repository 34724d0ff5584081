import { compareSpecificity, covers } from '../../attach/index.ts';
import type { Finding, Origin } from '../../contract/index.ts';
import type { Listener } from '../../ir/index.ts';
import type { Known } from '../known.ts';
import { findingAt } from './written-at.ts';

/** HTTPS listeners with a hostname, or with routes for one, that none of their certificates is for: clients refuse what they are shown. */
export function wrongCertificates(known: Known): Finding[] {
  const listeners = Object.values(known.ir.listeners).filter(({ protocol }) => protocol === 'https');
  return listeners.flatMap((listener): Finding[] => {
    const found = (listener.certificates ?? []).flatMap((key) => known.ir.certificates[key] ?? []);
    if (found.length === 0) return [];
    const names = found.flatMap((it) => it.names);
    const uncovered = uncoveredHosts(listener, names).filter((host) => !listeners.some((it) => isNearer(it, listener, host)));
    if (uncovered.length === 0) return [];
    const { origin, port } = listener;
    const section = origin.section ?? '';
    const hosts = uncovered.length > 4 ? `${uncovered.slice(0, 3).join(', ')} and ${uncovered.length - 3} more` : uncovered.join(', ');
    return [findingAt(known, 'wrong-certificate', { ref: origin, path: ['spec', 'listeners', listenerIndex(known, section, origin), 'tls', 'certificateRefs'] }, {
      message: `listener ${section} on port ${port}: no certificate is for ${hosts}; they are for ${names.join(', ') || 'no name'}.`,
      hint: `Name a Secret with a certificate for ${uncovered.length === 1 ? hosts : 'these hosts'}; until then clients refuse the connection.`,
    })];
  });
}

/** Of a listener for every host or for a wildcard, the hosts of its routes count. */
function uncoveredHosts({ hostname, hosts }: Listener, names: readonly string[]): string[] {
  const isCovered = (host: string): boolean => names.some((name) => covers(name, host) && !isDeeper(name, host));
  if (hostname !== '' && !names.some((name) => covers(name, hostname) || covers(hostname, name))) return [hostname];
  return [...new Set(hosts.map((it) => it.hostname))].filter((host) => host !== '' && host !== hostname && !isCovered(host));
}

/** Whether a handshake for the host meets another listener of the same socket. */
function isNearer(other: Listener, { socket, hostname }: Listener, host: string): boolean {
  return other.socket === socket && other.hostname !== '' && compareSpecificity(other.hostname, hostname) < 0 && covers(other.hostname, host);
}

/** A wildcard of a certificate is for one label (RFC 9525 section 6.3), one of a listener for any number. */
function isDeeper(name: string, host: string): boolean {
  return name.startsWith('*.') && host.split('.').length !== name.split('.').length;
}

function listenerIndex({ meaning }: Known, section: string, { kind, namespace, name }: Origin): number {
  const key = `${namespace}/${name}`;
  const listeners = kind === 'Gateway' ? meaning?.graph.gateways.get(key)?.listeners : meaning?.graph.listenerSets.get(key)?.listeners;
  return listeners?.find((it) => it.name === section && it.owner.kind === kind && it.owner.name === name)?.index ?? 0;
}
