import type { SourceObject } from '../contract/index.ts';
import type { MadeObject } from '../migrate/index.ts';
import { syntheticObject } from './synthetic-object.ts';

interface Named {
  readonly kind?: string;
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
}

/** What stands in for Services and Secrets that the input does not have, so that requests can be judged all the same. */
export function standIns(made: readonly MadeObject[], objects: readonly SourceObject[]): SourceObject[] {
  const known = new Set(objects.map(({ value }) => keyOf(value as Named)));
  const ports = new Map<string, Set<number>>();
  const secrets = new Set<string>();
  for (const { object } of made) {
    walk(object.spec, '', (key, ref) => {
      const name = `${ref.namespace ?? object.metadata.namespace ?? 'default'}/${ref.name}`;
      if (/^backendRefs?$/.test(key) && ref.port !== undefined) ports.set(name, (ports.get(name) ?? new Set()).add(ref.port));
      else if (/^(?:ca)?[cC]ertificateRefs$/.test(key)) secrets.add(name);
    });
  }
  const services = [...ports].map(([name, numbers]) => ({ apiVersion: 'v1', kind: 'Service', metadata: metadataOf(name), spec: { ports: [...numbers].map((port) => ({ name: `p${port}`, port, targetPort: port })) } }));
  const stand = [...secrets].map((name) => ({ apiVersion: 'v1', kind: 'Secret', metadata: metadataOf(name), type: 'kubernetes.io/tls', data: { 'tls.crt': 'c3RhbmQgaW4=', 'tls.key': 'c3RhbmQgaW4=', 'ca.crt': 'c3RhbmQgaW4=' } }));
  return [...services, ...stand].filter((it) => !known.has(keyOf(it))).map((it) => syntheticObject(it));
}

interface Ref {
  readonly name: string;
  readonly namespace?: string;
  readonly port?: number;
}

function walk(value: unknown, key: string, found: (key: string, ref: Ref) => void): void {
  if (Array.isArray(value)) for (const it of value) walk(it, key, found);
  else if (typeof value === 'object' && value !== null) {
    if (typeof (value as Partial<Ref>).name === 'string') found(key, value as Ref);
    for (const [inner, it] of Object.entries(value)) walk(it, inner, found);
  }
}

function keyOf({ kind = '', metadata }: Named): string {
  return `${kind} ${metadata?.namespace ?? 'default'}/${metadata?.name ?? ''}`;
}

function metadataOf(name: string): { readonly namespace: string; readonly name: string } {
  const [namespace = '', own = ''] = name.split('/');
  return { namespace, name: own };
}
