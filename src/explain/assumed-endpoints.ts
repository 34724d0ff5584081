import type { Graph } from '../attach/index.ts';
import type { Ir } from '../ir/index.ts';
import type { Model } from '../model/index.ts';

/**
 * Files mostly have no EndpointSlices, since a cluster makes them. Backends of Services that no slice speaks of are taken as ready; where
 * there is a slice, it counts.
 */
export function withAssumedEndpoints(ir: Ir, { backends }: Graph, { objects }: Model): { readonly ir: Ir; readonly assumed: ReadonlySet<string> } {
  const known = new Set([...objects.EndpointSlice.values()].map(({ ref, object }) => `${ref.namespace}/${object.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`));
  const without = [...backends.values()].filter(({ service, endpoints }) => endpoints.length === 0 && !known.has(`${service.namespace}/${service.name}`));
  const made = without.map(({ key, port }) => [key, [{ address: '192.0.2.1', port, ready: true }]] as const);
  return { ir: { ...ir, endpoints: { ...ir.endpoints, ...Object.fromEntries(made) } }, assumed: new Set(without.map(({ key }) => key)) };
}
