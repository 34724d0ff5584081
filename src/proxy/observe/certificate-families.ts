import { perObject } from '../../base/index.ts';
import { gauges, type MetricFamily, type MetricLabels } from '../../contract/index.ts';
import type { Certificate, Ir } from '../../ir/index.ts';

/** When the certificates of a configuration end. */
export function certificateFamilies({ certificates }: Pick<Ir, 'certificates'>): MetricFamily[] {
  const rows = Object.values(certificates).flatMap((certificate): [MetricLabels, number][] => {
    const { kind, namespace, name } = certificate.origin;
    const end = endOf(certificate);
    return Number.isNaN(end) ? [] : [[[['kind', kind], ['namespace', namespace], ['name', name]], end]];
  });
  return [gauges({ name: 'postern_certificate_expiry_timestamp_seconds', help: 'When a certificate ends, in seconds since 1970.', merge: 'max' }, rows)];
}

/** A chain is read once. */
const endOf = perObject(({ chain }: Certificate) => endOfChain(chain));

/** Seconds since 1970; NaN where the chain cannot be read, which other rooms have said before. */
function endOfChain(chain: string): number {
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  try {
    return Math.floor(new X509Certificate(chain).validToDate.getTime() / 1000);
  } catch {
    return Number.NaN;
  }
}
