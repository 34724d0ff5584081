import type { SourceObject } from '../contract/index.ts';
import { fields, list, text } from './ingress.ts';

/** The Services and ConfigMaps beside the Ingresses, which say what names of ports and of headers mean. */
export interface Surroundings {
  /** The number of a Service's port; undefined where the Service, or the port, is not among the documents. */
  portOf(namespace: string, service: string, port: number | string): number | undefined;
  /** The `data` of a ConfigMap, `namespace/name`. */
  configMap(key: string): Readonly<Record<string, string>> | undefined;
  has(kind: string, namespace: string, name: string): boolean;
}

export function surroundingsOf(objects: readonly SourceObject[]): Surroundings {
  const known = new Map<string, Readonly<Record<string, unknown>>>();
  for (const { value } of objects) {
    const { kind, metadata } = fields(value);
    const { name, namespace } = fields(metadata);
    known.set(`${text(kind)} ${text(namespace) || 'default'}/${text(name)}`, fields(value));
  }
  return {
    portOf(namespace, service, port) {
      if (typeof port === 'number') return port;
      const ports = list(fields(known.get(`Service ${namespace}/${service}`)?.['spec'])['ports']).map(fields);
      const found = ports.find(({ name }) => name === port)?.['port'];
      return typeof found === 'number' ? found : undefined;
    },
    configMap(key) {
      const found = known.get(`ConfigMap ${key}`);
      return found === undefined ? undefined : Object.fromEntries(Object.entries(fields(found['data'])).map(([name, it]) => [name, text(it)]));
    },
    has: (kind, namespace, name) => known.has(`${kind} ${namespace}/${name}`),
  };
}
