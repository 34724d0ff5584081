import type { Backend, BackendKey, CertificateKey } from '../../../ir/index.ts';
import { clusterName } from '../names.ts';

/** What a route looks like depends on the listener that it is in only by these. */
export interface RouteSurroundings {
  readonly port: number;
  readonly protocol: 'http' | 'https';
  /** Routes say of which rule they are, for a log or for metrics. */
  readonly tellsRules: boolean;
  /** Shown to backends. */
  readonly certificate: CertificateKey | undefined;
  backendOf(key: BackendKey): Backend | undefined;
}

/** Listeners show their certificate only where there is TLS. */
export function backendCluster(key: BackendKey, { certificate, backendOf }: Pick<RouteSurroundings, 'certificate' | 'backendOf'>): string {
  const tls = backendOf(key)?.tls;
  return clusterName(key, tls === undefined || tls === 'refused' || tls.certificate !== undefined ? undefined : certificate);
}
