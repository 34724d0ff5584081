import { backendPort, type Known } from '../../explain/index.ts';
import type { BackendKey } from '../../ir/index.ts';

/**
 * Which Pods a Service sends to, and to which of their ports: `Pods with app=cart at port 8080`. A cluster makes endpoints from it, so files that say
 * another thing here send traffic elsewhere, whatever endpoints they have. Undefined for backends without a selector.
 */
export function podsText(key: BackendKey, { ir, meaning }: Known): string | undefined {
  const origin = ir.backends[key]?.origin;
  if (origin?.kind !== 'Service') return undefined;
  const { selector = {}, ports = [] } = meaning?.model.objects.Service.get(`${origin.namespace}/${origin.name}`)?.object.spec ?? {};
  const labels = Object.entries(selector).map(([name, value]) => `${name}=${value}`).sort();
  if (labels.length === 0) return undefined;
  const asked = Number(backendPort(key));
  const { targetPort = asked } = ports.find(({ port }) => port === asked) ?? {};
  return `Pods with ${labels.join(', ')} at port ${targetPort}`;
}
