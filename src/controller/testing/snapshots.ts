import type { Snapshot } from '../../contract/index.ts';

/** Objects as a source would hand them out, in this order; `apiVersion` is that of the Gateway API where it is absent. */
export function snapshotOf(objects: readonly { readonly [field: string]: unknown }[]): Snapshot {
  return {
    objects: objects.map((object, order) => ({
      value: { apiVersion: 'gateway.networking.k8s.io/v1', ...object }, generation: 1, order, locate: () => undefined, excerpt: () => undefined,
    })),
    findings: [],
  };
}

/** A Gateway in namespace default, served whatever its class, with one HTTP listener a port. */
export function gateway(name: string, ports: readonly number[], addresses: readonly string[] = []): { readonly [field: string]: unknown } {
  const listeners = ports.map((port) => ({ name: `p${port}`, port, protocol: 'HTTP' }));
  return { kind: 'Gateway', metadata: { namespace: 'default', name }, spec: {
    gatewayClassName: 'postern', listeners, ...(addresses.length === 0 ? {} : { addresses: addresses.map((value) => ({ type: 'IPAddress', value })) }),
  } };
}
