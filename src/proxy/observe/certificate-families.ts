import { gauges, type MetricFamily, type MetricLabels } from '../../contract/index.ts';
import type { Certificate, Ir } from '../../ir/index.ts';

/** When the certificates of a configuration end. A chain is read once. */
export class CertificateExpiry {
  private ends = new WeakMap<Certificate, number>();

  families({ certificates }: Pick<Ir, 'certificates'>): MetricFamily[] {
    const rows = Object.values(certificates).flatMap((certificate): [MetricLabels, number][] => {
      const { kind, namespace, name } = certificate.origin;
      const end = this.endOf(certificate);
      return Number.isNaN(end) ? [] : [[[['kind', kind], ['namespace', namespace], ['name', name]], end]];
    });
    return [gauges({ name: 'postern_certificate_expiry_timestamp_seconds', help: 'When a certificate ends, in seconds since 1970.', merge: 'max' }, rows)];
  }

  private endOf(certificate: Certificate): number {
    let end = this.ends.get(certificate);
    if (end === undefined) this.ends.set(certificate, end = endOfChain(certificate.chain));
    return end;
  }
}

/** Seconds since 1970; NaN where the chain cannot be read, which other rooms have said before. */
function endOfChain(chain: string): number {
  const { X509Certificate } = process.getBuiltinModule('node:crypto');
  try {
    return Math.floor(new X509Certificate(chain).validToDate.getTime() / 1000);
  } catch {
    return Number.NaN;
  }
}
