import { createHash } from 'node:crypto';
import type { Model } from '../model/index.ts';
import type { BackendMapping } from './backend-map.ts';

/** The part of a `Model` that is read here. */
export interface BackedModel {
  readonly objects: Pick<Model['objects'], 'Service' | 'XBackend'>;
}

/**
 * The headless Services that a controller makes for XBackends of type EndpointSelector, so that something gathers their endpoints
 * (GEP-4894, "Stop-Gap: Service Backing"), by name. Each has the XBackend as its owner, and a name that nobody comes to rely on.
 */
export function backingServices({ objects }: BackedModel): Map<string, unknown> {
  const services = new Map<string, unknown>();
  for (const { ref, key, object: { apiVersion, spec } } of objects.XBackend.values()) {
    if (spec.endpointSelector === undefined || spec.port.number === undefined) continue;
    const name = backingName(ref.name, key);
    services.set(`${ref.namespace}/${name}`, {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name, namespace: ref.namespace, ownerReferences: [{ apiVersion, kind: 'XBackend', name: ref.name, uid: '', controller: true }] },
      spec: { clusterIP: 'None', selector: spec.endpointSelector.matchLabels, ports: [{ port: spec.port.number, targetPort: spec.port.number, protocol: 'TCP' }] },
    });
  }
  return services;
}

/** `--backend` names an XBackend as it names a Service; where there is a Service of that name, the Service is meant. */
export function throughBackingServices(mappings: readonly BackendMapping[], { objects }: BackedModel): BackendMapping[] {
  return mappings.map((mapping) => {
    const key = `${mapping.namespace}/${mapping.service}`;
    const { endpointSelector, port } = objects.XBackend.get(key)?.object.spec ?? {};
    if (objects.Service.has(key) || endpointSelector === undefined || port?.number !== mapping.port) return mapping;
    return { ...mapping, service: backingName(mapping.service, key) };
  });
}

/** At most 63 characters, as names of Services have. */
function backingName(backend: string, key: string): string {
  const readable = backend.replaceAll('.', '-').slice(0, 46).replace(/-+$/, '');
  return `${readable}-backend-${createHash('sha256').update(key).digest('hex').slice(0, 8)}`.replace(/^(?=\d)/, 'x');
}
