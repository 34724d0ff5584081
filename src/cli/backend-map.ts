import type { Finding, SourceObject } from '../contract/index.ts';
import type { Model } from '../model/index.ts';
import { serviceNameLabel } from './demo/demo-services.ts';
import { syntheticObject } from './synthetic-object.ts';

/** A port of a Service that is served by fixed local addresses instead of endpoints. */
export interface BackendMapping {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly to: readonly MappedAddress[];
}

/** Where a mapped port leads. */
export interface MappedAddress {
  readonly host: string;
  readonly port: number;
}

/** A mapping, or what is wrong with its text. */
export type Parsed<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

const flagForm = 'NAMESPACE/SERVICE:PORT=HOST:PORT';

/** Reads `--backend default/web:80=127.0.0.1:3000`; several addresses are separated by commas, a missing namespace is `default`. */
export function parseBackendFlag(text: string): Parsed<BackendMapping> {
  const equals = text.indexOf('=');
  if (equals < 0) return wrong(`"${text}" has no "=": write ${flagForm}`);
  const left = text.slice(0, equals);
  const colon = left.lastIndexOf(':');
  if (colon < 0) return wrong(`"${left}" names no port of the Service: write ${flagForm}`);
  return mapping({ service: left.slice(0, colon), port: left.slice(colon + 1), to: text.slice(equals + 1).split(',') });
}

/** Reads the value of a mapping file: a list of `{service: namespace/name, port: 80, to: [host:port, …]}`. */
export function parseBackendList(value: unknown): Parsed<BackendMapping[]> {
  if (!Array.isArray(value)) return wrong('a list of {service, port, to} is due');
  const mappings: BackendMapping[] = [];
  for (const [index, item] of value.entries()) {
    const parsed = listItem(item);
    if (!parsed.ok) return wrong(`entry ${index + 1}: ${parsed.problem}`);
    mappings.push(parsed.value);
  }
  return { ok: true, value: mappings };
}

function listItem(item: unknown): Parsed<BackendMapping> {
  if (typeof item !== 'object' || item === null) return wrong('not a {service, port, to}');
  const { service, port, to } = item as Record<string, unknown>;
  if (typeof service !== 'string') return wrong('service is missing, for example "service: default/web"');
  if (typeof port !== 'number' && typeof port !== 'string') return wrong('port is missing, the number of the Service\'s port');
  const list = typeof to === 'string' ? [to] : to;
  if (!Array.isArray(list) || !list.every((entry) => typeof entry === 'string')) return wrong('to is missing, for example "to: [127.0.0.1:3000]"');
  return mapping({ service, port: String(port), to: list });
}

function mapping(parts: { service: string; port: string; to: readonly string[] }): Parsed<BackendMapping> {
  const slash = parts.service.indexOf('/');
  const namespace = slash < 0 ? 'default' : parts.service.slice(0, slash);
  const service = parts.service.slice(slash + 1);
  const port = portNumber(parts.port);
  if (namespace === '' || service === '' || service.includes('/')) return wrong(`"${parts.service}" is no NAMESPACE/SERVICE`);
  if (port === undefined) return wrong(`"${parts.port}" is no port number (1 to 65535)`);
  const to: MappedAddress[] = [];
  for (const text of parts.to) {
    const address = mappedAddress(text.trim());
    if (!address.ok) return address;
    to.push(address.value);
  }
  return to.length === 0 ? wrong('no address to lead to') : { ok: true, value: { namespace, service, port, to } };
}

function mappedAddress(text: string): Parsed<MappedAddress> {
  const parts = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:[\]]+)):(\d+)$/.exec(text);
  const port = portNumber(parts?.[3] ?? '');
  if (parts === null || port === undefined) return wrong(`"${text}" is no HOST:PORT, for example 127.0.0.1:3000 or [::1]:3000`);
  const host = parts[1] ?? parts[2] ?? '';
  return { ok: true, value: { host: host === 'localhost' ? '127.0.0.1' : host, port } };
}

function portNumber(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return port >= 1 && port <= 65535 ? port : undefined;
}

function wrong(problem: string): { readonly ok: false; readonly problem: string } {
  return { ok: false, problem };
}

/** The part of a `Model` that a mapping reads. */
export interface MappedModel {
  readonly objects: Pick<Model['objects'], 'Service'>;
}

/** The objects of a source with the mapped ports led elsewhere. */
export interface MappedObjects {
  readonly objects: readonly SourceObject[];
  /** Mappings whose Service or port is not there. */
  readonly findings: readonly Finding[];
}

/** Puts an EndpointSlice in for each mapping and takes that port out of the EndpointSlices that the source holds. */
export function mapBackends(objects: readonly SourceObject[], model: MappedModel, mappings: readonly BackendMapping[]): MappedObjects {
  const findings: Finding[] = [];
  const added: SourceObject[] = [];
  const taken = new Map<string, Set<string>>();
  for (const entry of mappings) {
    const name = `${entry.namespace}/${entry.service}`;
    const portName = servicePortName(entry, model);
    if (portName === undefined) {
      findings.push({
        code: 'dangling-target', severity: 'warning',
        message: `--backend ${name}:${entry.port} names a port of a Service that the manifests do not have`,
        hint: availablePorts(name, model),
      });
      continue;
    }
    taken.set(name, (taken.get(name) ?? new Set<string>()).add(portName));
    for (const [index, address] of entry.to.entries()) added.push(syntheticObject(mappedSlice({ entry, index, address, portName })));
  }
  const kept = objects.flatMap((object) => withoutPorts(object, taken));
  return { objects: [...kept, ...added], findings };
}

function servicePortName(entry: BackendMapping, model: MappedModel): string | undefined {
  const service = model.objects.Service.get(`${entry.namespace}/${entry.service}`);
  const port = service?.object.spec.ports?.find((candidate) => candidate.port === entry.port);
  return port === undefined ? undefined : (port.name ?? '');
}

function availablePorts(name: string, model: MappedModel): string {
  const service = model.objects.Service.get(name);
  if (service === undefined) return `the Services are: ${written(model).join(', ') || 'none'}`;
  return `its ports are: ${(service.object.spec.ports ?? []).map((port) => port.port).join(', ') || 'none'}`;
}

/** Services of the manifests, without those that stand for something else. */
function written({ objects }: MappedModel): string[] {
  return [...objects.Service].filter(([, { object }]) => object.metadata.ownerReferences === undefined).map(([key]) => key).sort();
}

function mappedSlice(place: { entry: BackendMapping; index: number; address: MappedAddress; portName: string }): unknown {
  const { entry, index, address, portName } = place;
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: `${entry.service}.mapped-${entry.port}-${index}`,
      namespace: entry.namespace,
      labels: { [serviceNameLabel]: entry.service },
    },
    addressType: addressType(address.host),
    ports: [{ name: portName, port: address.port, protocol: 'TCP' }],
    endpoints: [{ addresses: [address.host], conditions: { ready: true, serving: true, terminating: false } }],
  };
}

function addressType(host: string): 'IPv4' | 'IPv6' | 'FQDN' {
  if (host.includes(':')) return 'IPv6';
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) ? 'IPv4' : 'FQDN';
}

interface RawSlice {
  readonly kind?: unknown;
  readonly metadata?: { readonly namespace?: unknown; readonly labels?: Readonly<Record<string, unknown>> };
  readonly ports?: unknown;
}

/** The object without the ports that are mapped; nothing of it when no port is left. */
function withoutPorts(object: SourceObject, taken: ReadonlyMap<string, ReadonlySet<string>>): SourceObject[] {
  const slice = object.value as RawSlice | null;
  if (slice?.kind !== 'EndpointSlice' || !Array.isArray(slice.ports)) return [object];
  const names = taken.get(`${slice.metadata?.namespace ?? 'default'}/${slice.metadata?.labels?.[serviceNameLabel]}`);
  if (names === undefined) return [object];
  const ports: { name?: string | null }[] = slice.ports;
  const left = ports.filter((port) => !names.has(port.name ?? ''));
  if (left.length === ports.length) return [object];
  if (left.length === 0) return [];
  return [{
    value: { ...slice, ports: left }, generation: object.generation, order: object.order,
    locate: (path, part) => object.locate(path, part), excerpt: (position) => object.excerpt(position),
  }];
}
