import type { BackendNode, BackendTls, CertificateNode, Graph } from '../attach/index.ts';
import { refKey } from '../contract/index.ts';
import type { Backend, Certificate, Endpoint, Ir, RetryBudget, UpstreamTls } from '../ir/index.ts';
import { durationMs } from './duration.ts';

/** The backends of the graph. Certificates that they are shown are added to those of the listeners. */
export function lowerBackends(graph: Graph, certificates: Record<string, Certificate>): Pick<Ir, 'backends' | 'endpoints'> {
  const backends: Record<string, Backend> = {};
  const endpoints: Record<string, readonly Endpoint[]> = {};
  for (const node of graph.backends.values()) {
    const { key, service, protocol, tls, clientAffinity, endpoints: found } = node;
    backends[key] = {
      protocol, ...(tls === undefined ? {} : { tls: tls === 'refused' ? tls : lowerTls(tls, certificates) }),
      ...(clientAffinity === true ? { balancing: { kind: 'hash', on: { kind: 'source' } } } : {}),
      ...lowerBudget(node), origin: service,
    };
    if (found.length > 0) endpoints[key] = found;
  }
  return { backends, endpoints };
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
