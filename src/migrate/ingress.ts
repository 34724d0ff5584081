import type { FieldPath, ObjectRef, SourceObject } from '../contract/index.ts';

export type PathType = 'Exact' | 'Prefix' | 'ImplementationSpecific';

/** An Ingress as its controller reads it; versions v1 and v1beta1 look the same here. */
export interface Ingress {
  readonly ref: ObjectRef;
  /** `namespace/name`. */
  readonly key: string;
  /** `''` where it names none. */
  readonly className: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** `metadata.creationTimestamp`, or `''`. */
  readonly created: string;
  readonly rules: readonly IngressRule[];
  readonly tls: readonly IngressTls[];
  readonly defaultBackend?: IngressBackend;
  readonly source: SourceObject;
}

export interface IngressRule {
  /** `''`: every host. */
  readonly host: string;
  readonly paths: readonly IngressPath[];
}

export interface IngressPath {
  readonly path: string;
  readonly pathType: PathType;
  /** Absent where the backend is no Service. */
  readonly backend?: IngressBackend;
  readonly at: FieldPath;
}

export interface IngressBackend {
  readonly service: string;
  /** A number, or the name of a port of the Service. */
  readonly port: number | string;
}

export interface IngressTls {
  readonly hosts: readonly string[];
  readonly secret?: string;
}

type Fields = Readonly<Record<string, unknown>>;

const ingressType = /^(?:networking\.k8s\.io\/v1(?:beta1)?|extensions\/v1beta1)\/Ingress$/;

/** The Ingresses among documents. What is not of the shape of one is read as if it were absent. */
export function ingressesAmong(objects: readonly SourceObject[]): Ingress[] {
  return objects.flatMap((source) => {
    const value = fields(source.value);
    return ingressType.test(`${text(value['apiVersion'])}/${text(value['kind'])}`) ? [readIngress(source, value)] : [];
  });
}

function readIngress(source: SourceObject, value: Fields): Ingress {
  const [metadata, spec] = [fields(value['metadata']), fields(value['spec'])];
  const annotations = Object.fromEntries(Object.entries(fields(metadata['annotations'])).flatMap(([key, it]) => (typeof it === 'string' ? [[key, it]] : [])));
  const ref: ObjectRef = { group: 'networking.k8s.io', kind: 'Ingress', namespace: text(metadata['namespace']) || 'default', name: text(metadata['name']) };
  const defaultBackend = readBackend(spec['defaultBackend'] ?? spec['backend']);
  return {
    ref, key: `${ref.namespace}/${ref.name}`, annotations, source,
    className: text(spec['ingressClassName']) || (annotations['kubernetes.io/ingress.class'] ?? ''),
    created: text(metadata['creationTimestamp']),
    rules: list(spec['rules']).map(readRule),
    tls: list(spec['tls']).map((it): IngressTls => {
      const { hosts, secretName } = fields(it);
      return { hosts: list(hosts).map(text).map((host) => host.toLowerCase()), ...(text(secretName) === '' ? {} : { secret: text(secretName) }) };
    }),
    ...(defaultBackend === undefined ? {} : { defaultBackend }),
  };
}

function readRule(value: unknown, index: number): IngressRule {
  const { host, http } = fields(value);
  const paths = list(fields(http)['paths']).map((it, at): IngressPath => {
    const { path, pathType, backend } = fields(it);
    const read = readBackend(backend);
    return { path: text(path) || '/', pathType: pathTypeOf(pathType), at: ['spec', 'rules', index, 'http', 'paths', at], ...(read === undefined ? {} : { backend: read }) };
  });
  return { host: text(host).toLowerCase(), paths };
}

function pathTypeOf(value: unknown): PathType {
  return value === 'Exact' || value === 'Prefix' ? value : 'ImplementationSpecific';
}

function readBackend(value: unknown): IngressBackend | undefined {
  const { service, serviceName, servicePort } = fields(value);
  if (typeof serviceName === 'string') return { service: serviceName, port: portOf(servicePort) };
  const { name, port } = fields(service);
  if (typeof name !== 'string') return undefined;
  const { number, name: portName } = fields(port);
  return { service: name, port: portOf(number ?? portName) };
}

function portOf(value: unknown): number | string {
  return typeof value === 'number' || typeof value === 'string' ? value : 80;
}

export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Fields : {};
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
