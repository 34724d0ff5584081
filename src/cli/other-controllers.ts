import { networkInterfaces } from 'node:os';
import type { ClusterSource } from '../source/index.ts';
import type { Arguments } from './command.ts';

/** What is read of an EndpointSlice (discovery.k8s.io/v1). */
interface Slice {
  readonly metadata: { readonly namespace?: string; readonly labels?: Readonly<Record<string, string>> };
  readonly endpoints?: readonly { readonly addresses?: readonly string[]; readonly conditions?: { readonly ready?: boolean } }[];
  readonly ports?: readonly { readonly port?: number }[];
}

/** `host:port` of the other controllers: those of `--peer`, or else what the Service of `--control-plane` leads to, without this process. */
export function otherControllers(args: Arguments, all: ClusterSource['all']): () => readonly string[] {
  const named = args.values('peer');
  if (named.length > 0) return () => named;
  // `postern.postern-system.svc:18000`
  const [, service, namespace, port] = /^([^.:]+)\.([^.:]+)(?:\.svc[^:]*)?:(\d+)$/.exec(args.value('control-plane') ?? '') ?? [];
  if (service === undefined) return () => [];
  const own = new Set(Object.values(networkInterfaces()).flatMap((it) => (it ?? []).map(({ address }) => address)));
  return () => [...all('EndpointSlice')].flatMap((it) => {
    const { metadata, endpoints = [], ports = [] } = it as unknown as Slice;
    if (metadata.namespace !== namespace || metadata.labels?.['kubernetes.io/service-name'] !== service) return [];
    const addresses = endpoints.filter(({ conditions }) => conditions?.ready !== false).flatMap((one) => one.addresses ?? []);
    return addresses.filter((address) => !own.has(address)).map((address) => `${address.includes(':') ? `[${address}]` : address}:${ports[0]?.port ?? port}`);
  });
}
