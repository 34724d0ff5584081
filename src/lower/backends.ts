import type { BackendNode, BackendTls, CertificateNode } from '../attach/index.ts';
import { refKey } from '../contract/index.ts';
import type { Backend, Certificate, RetryBudget, UpstreamTls } from '../ir/index.ts';
import { durationMs } from './duration.ts';

/** A backend of the graph, and the certificates that it is shown. */
export function lowerBackend(node: BackendNode): { readonly backend: Backend; readonly certificates: Readonly<Record<string, Certificate>> } {
  const { service, protocol, tls, clientAffinity } = node;
  const certificates: Record<string, Certificate> = {};
  const backend: Backend = {
    protocol, ...(tls === undefined ? {} : { tls: tls === 'refused' ? tls : lowerTls(tls, certificates) }),
    ...(clientAffinity === true ? { balancing: { kind: 'hash', on: { kind: 'source' } } } : {}),
    ...lowerBudget(node), origin: service,
  };
  return { backend, certificates };
}

function lowerTls({ certificate, ...tls }: BackendTls, certificates: Record<string, Certificate>): UpstreamTls {
  if (certificate === undefined) return tls;
  return { ...tls, certificate: certificate === 'none' ? 'none' : lowerCertificate(certificate, certificates) };
}

/** Adds a certificate to the table, and answers its key. */
export function lowerCertificate({ ref, chain, key, names }: CertificateNode, certificates: Record<string, Certificate>): string {
  certificates[refKey(ref)] = { chain, key, names, origin: ref };
  return refKey(ref);
}

/** All ports of a Service share one budget (spec: BackendTrafficPolicySpec.targetRefs). */
function lowerBudget({ service, retryBudget }: BackendNode): { readonly retryBudget?: RetryBudget } {
  if (retryBudget === undefined) return {};
  const { percent, interval, leastCount, leastInterval } = retryBudget;
  return { retryBudget: { scope: refKey(service), percent, intervalMs: durationMs(interval), leastCount, leastIntervalMs: durationMs(leastInterval) } };
}
