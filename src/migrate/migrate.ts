import type { SourceObject } from '../contract/index.ts';
import type { GatewayChoice } from './gateway/gateway-choice.ts';
import { gatewayOf } from './gateway/gateways.ts';
import type { Context } from './gateway/context.ts';
import type { CheckRegex, Reading } from './gateway/way.ts';
import { gatewayApi, type MadeObject } from './gateway/object.ts';
import type { SecretRef } from './gateway/plan.ts';
import { type Ingress, type IngressBackend, ingressesAmong } from './ingress.ts';
import type { Server } from './nginx/server.ts';
import { serversOf } from './nginx/servers.ts';
import { Notes, type ReportLine } from './report.ts';
import { type Surroundings, surroundingsOf } from './services.ts';
import { prefix } from './annotations/values.ts';
import { configAmong } from './controller-config.ts';
import { linesOf } from './annotation-lines.ts';
import { foreignClass } from './classes.ts';

export interface MigrateOptions {
  /** Ingresses of these classes; empty: of every class that is not another controller's. */
  readonly classes: readonly string[];
  readonly per: 'class' | 'namespace';
  /** Absent: that of the Ingresses where they share one. */
  readonly gatewayNamespace?: string;
  readonly gatewayClass: string;
  readonly defaultCertificate?: SecretRef;
  readonly reading: Reading;
  readonly accepted: ReadonlySet<string>;
  readonly hsts: boolean;
  readonly check: CheckRegex;
}

/** One Gateway, and the servers of ingress-nginx that it stands for. */
export interface Part {
  readonly gateway: { readonly namespace: string; readonly name: string };
  readonly servers: readonly Server[];
  readonly objects: readonly MadeObject[];
}

export interface Migration {
  readonly parts: readonly Part[];
  /** Of all parts, each once, in the order in which they are written. */
  readonly objects: readonly MadeObject[];
  readonly lines: readonly ReportLine[];
  readonly ingresses: readonly Ingress[];
}

/** Where several namespaces share a Gateway and nobody says where it is. */
const sharedNamespace = 'gateways';

/** Ingresses as Gateways and routes, with what became of every annotation. */
export function migrate(objects: readonly SourceObject[], options: MigrateOptions): Migration {
  const all = ingressesAmong(objects);
  const notes = new Notes();
  const surroundings = surroundingsOf(objects);
  const ingresses = all.filter((it) => isWanted(it, objects, options, notes)).map((it) => withNumbers(withHosts(it, notes), surroundings));
  const context: Context = { notes, surroundings, servers: [], check: options.check, reading: options.reading, accepted: options.accepted, hsts: options.hsts, config: configAmong(objects, options.accepted, notes) };
  const parts = [...Map.groupBy(ingresses, (it) => `${it.className}\n${options.per === 'namespace' ? it.ref.namespace : ''}`).values()].map((group) => partOf(group, options, context));
  const made = [...namespacesOf(parts, context), ...parts.flatMap((it) => it.objects)];
  if (made.length > 0 && options.gatewayClass === ownClass && !context.surroundings.has('GatewayClass', 'default', ownClass)) made.push(classObject);
  return { parts, objects: sorted(distinct(made)), lines: linesOf(ingresses, notes, all), ingresses };
}

/** Rules for what is no hostname, such as a placeholder, are left out: no API server takes them. */
function withHosts(ingress: Ingress, notes: Notes): Ingress {
  const isHost = (host: string): boolean => host === '' || /^(?:\*\.)?[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/.test(host);
  for (const { host } of ingress.rules) if (!isHost(host)) notes.add({ ingress: ingress.key, fate: 'held-back', says: `${host} is no hostname` });
  return { ...ingress, rules: ingress.rules.filter(({ host }) => isHost(host)) };
}

/** Names of ports as numbers, where their Service is known. */
function withNumbers(ingress: Ingress, { portOf }: Surroundings): Ingress {
  const { rules, defaultBackend, ref } = ingress;
  const numbered = ({ service, port }: IngressBackend): IngressBackend => ({ service, port: portOf(ref.namespace, service, port) ?? port });
  return {
    ...ingress, ...(defaultBackend === undefined ? {} : { defaultBackend: numbered(defaultBackend) }),
    rules: rules.map(({ host, paths }) => ({ host, paths: paths.map((it) => ({ ...it, ...(it.backend === undefined ? {} : { backend: numbered(it.backend) }) })) })),
  };
}

function isWanted(ingress: Ingress, objects: readonly SourceObject[], { classes }: MigrateOptions, notes: Notes): boolean { // oxlint-disable-line max-params -- what is asked, and where answers are.
  if (classes.length > 0) return classes.includes(ingress.className);
  const foreign = foreignClass(ingress, objects);
  if (foreign === undefined) return true;
  notes.add({ ingress: ingress.key, fate: 'held-back', says: `its class ${ingress.className} is ${foreign}, and only ingress-nginx is translated`, instead: `pass --class ${ingress.className} if it is ingress-nginx all the same` });
  return false;
}

function partOf(ingresses: readonly Ingress[], options: MigrateOptions, context: Context): Part {
  const namespaces = new Set(ingresses.map(({ ref }) => ref.namespace));
  const [only = ''] = namespaces;
  const { className } = ingresses[0] as Ingress;
  const choice: GatewayChoice = {
    name: className === '' ? 'ingress' : className, namespace: options.per === 'namespace' ? only : options.gatewayNamespace ?? (namespaces.size === 1 ? only : sharedNamespace),
    className: options.gatewayClass, ...(options.defaultCertificate === undefined ? {} : { defaultCertificate: options.defaultCertificate }),
  };
  const made = serversOf(ingresses, context.config);
  for (const { ingress, path, why, isCanary } of made.dropped) {
    if (isCanary === true) for (const name of namesOf(ingress, /^canary/)) context.notes.annotation(ingress, name, 'needless', [`path ${path?.path}: ${why}`]);
    else context.notes.add({ ingress: ingress.key, fate: 'needless', says: `${path === undefined ? '' : `path ${path.path}: `}${why}` });
  }
  return { gateway: { namespace: choice.namespace, name: choice.name }, servers: made.servers, objects: gatewayOf(made, choice, { ...context, servers: made.servers }) };
}

function namesOf({ annotations }: Ingress, pattern: RegExp): string[] {
  return Object.keys(annotations).flatMap((key) => (key.startsWith(prefix) && pattern.test(key.slice(prefix.length)) ? [key.slice(prefix.length)] : []));
}

/** The namespace that Gateways share exists only when somebody makes it. */
function namespacesOf(parts: readonly Part[], { surroundings }: Context): MadeObject[] {
  const isNeeded = parts.some(({ gateway, objects }) => gateway.namespace === sharedNamespace && objects.length > 0) && !surroundings.has('Namespace', 'default', sharedNamespace);
  return isNeeded ? [{ about: ['Gateways that serve several namespaces'], object: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: sharedNamespace } } }] : [];
}

/** The class that an installation of Postern brings. */
const ownClass = 'postern';
const classObject: MadeObject = { about: ['comes with an installation of Postern'], object: { apiVersion: gatewayApi, kind: 'GatewayClass', metadata: { name: ownClass }, spec: { controllerName: 'postern.dev/gateway-controller' } } };

const kinds = ['Namespace', 'GatewayClass', 'Gateway', 'ListenerSet', 'HTTPRoute', 'GRPCRoute', 'TLSRoute', 'BackendTLSPolicy', 'ReferenceGrant'];

function keyOf({ object: { kind, metadata } }: MadeObject): string {
  return `${String(kinds.indexOf(kind)).padStart(2, '0')} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function distinct(objects: readonly MadeObject[]): MadeObject[] {
  return [...new Map(objects.map((it) => [keyOf(it), it])).values()];
}

/** What others refer to comes first; then by name. */
function sorted(objects: readonly MadeObject[]): MadeObject[] {
  return objects.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
