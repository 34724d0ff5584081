import { covers } from '../../attach/index.ts';
import type { Finding } from '../../contract/index.ts';
import type { Known } from '../known.ts';
import { findingAt } from './written-at.ts';

/** HTTPS listeners with a hostname that none of their certificates is for: clients refuse what they are shown. */
export function wrongCertificates(known: Known): Finding[] {
  return Object.values(known.ir.listeners).flatMap(({ protocol, hostname, certificates = [], origin, port }): Finding[] => {
    const found = certificates.flatMap((key) => known.ir.certificates[key] ?? []);
    if (protocol !== 'https' || hostname === '' || found.length === 0 || found.some(({ names }) => names.some((name) => covers(name, hostname) || covers(hostname, name)))) return [];
    const index = listenerIndex(known, origin.section ?? '', origin);
    return [findingAt(known, 'wrong-certificate', { ref: origin, path: ['spec', 'listeners', index, 'tls', 'certificateRefs'] }, {
      message: `listener ${origin.section ?? ''} on port ${port}: no certificate is for ${hostname}; they are for ${found.flatMap(({ names }) => names).join(', ') || 'no name'}.`,
      hint: `Name a Secret with a certificate for ${hostname}; until then clients refuse the connection.`,
    })];
  });
}

function listenerIndex({ meaning }: Known, section: string, { kind, namespace, name }: { readonly kind: string; readonly namespace: string; readonly name: string }): number {
  const key = `${namespace}/${name}`;
  const listeners = kind === 'Gateway' ? meaning?.graph.gateways.get(key)?.listeners : meaning?.graph.listenerSets.get(key)?.listeners;
  return listeners?.find((it) => it.name === section && it.owner.kind === kind && it.owner.name === name)?.index ?? 0;
}
