import type { CertificateNode } from '../../attach/index.ts';
import { describeRef, refKey, type Finding } from '../../contract/index.ts';
import type { Known } from '../known.ts';
import { findingAt } from './written-at.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** Certificates that live for 90 days are renewed 30 days before their end, so one that has less left was missed. */
const soonMs = 21 * dayMs;

/** Certificates in use that are no longer valid, or will soon not be. `now`: milliseconds since 1970. */
export function endingCertificates(known: Known, now: number): Finding[] {
  return inUse(known).flatMap(({ ref, endsAt, names }): Finding[] => {
    if (endsAt === undefined || Number.isNaN(endsAt) || endsAt - now > soonMs) return [];
    const days = Math.floor((endsAt - now) / dayMs);
    const isOver = endsAt <= now;
    const who = `the certificate in ${describeRef(ref)} for ${names.join(', ') || 'no name'}`;
    const at = { ref, path: ['data', 'tls.crt'] };
    const day = new Date(endsAt).toISOString().slice(0, 10);
    return [isOver
      ? findingAt(known, 'expired-certificate', at, { message: `${who} is not valid since ${day}.`, hint: 'Renew it; clients refuse the connection.' })
      : findingAt(known, 'expiring-certificate', at, { message: `${who} ends on ${day}, in ${days} day${days === 1 ? '' : 's'}.`, hint: 'Renew it, and look why nothing did.' })];
  });
}

function inUse({ meaning }: Known): CertificateNode[] {
  const gateways = [...meaning?.graph.gateways.values() ?? []];
  const all = gateways.flatMap(({ listeners, clientCertificate }) => [...listeners.flatMap(({ certificates }) => certificates), ...(clientCertificate === undefined ? [] : [clientCertificate])]);
  return [...new Map(all.map((it) => [refKey(it.ref), it])).values()];
}
