import type { Condition } from '../status/index.ts';
import type { StatedObject } from './stated-object.ts';

/** How objects of a kind are listed. */
interface Listing {
  readonly head: readonly string[];
  readonly wide: readonly string[];
  row(object: StatedObject): Row;
}

interface Row {
  readonly cells: readonly string[];
  readonly wide: readonly string[];
}

interface Reference {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
}

interface Related {
  readonly conditions?: readonly Condition[];
}

interface AnyStatus extends Related {
  readonly addresses?: readonly { readonly value: string }[];
  readonly listeners?: readonly (Related & { readonly name: string; readonly attachedRoutes?: number })[];
  readonly parents?: readonly (Related & { readonly parentRef: Reference })[];
  readonly ancestors?: readonly (Related & { readonly ancestorRef: Reference })[];
}

interface AnySpec {
  readonly gatewayClassName?: string;
  readonly controllerName?: string;
  readonly type?: string;
  readonly hostnames?: readonly string[];
  readonly listeners?: readonly { readonly name: string; readonly port: number; readonly protocol: string }[];
  readonly parentRef?: Reference;
  readonly parentRefs?: readonly Reference[];
  readonly targetRefs?: readonly Reference[];
  readonly rules?: readonly { readonly backendRefs?: readonly Reference[] }[];
}

const specOf = ({ spec }: StatedObject): AnySpec => (spec ?? {}) as AnySpec;
const statusOf = ({ status }: StatedObject): AnyStatus => (status ?? {}) as AnyStatus;
const some = (words: readonly string[]): string => [...new Set(words)].join(',') || '-';
const whereOf = ({ metadata: { namespace = '-', name } }: StatedObject): string[] => [namespace, name];

/** One condition of several parents: `True`, `False (Reason)`, or how many of them have it. */
function verdict(type: string, all: readonly Related[]): string {
  const found = all.flatMap(({ conditions = [] }) => conditions.filter((it) => it.type === type));
  const bad = found.filter(({ status }) => status !== 'True');
  if (found.length === 0) return '-';
  if (bad.length === 0) return 'True';
  return bad.length === found.length ? `${bad[0]!.status} (${bad[0]!.reason})` : `${found.length - bad.length} of ${found.length} (${bad[0]!.reason})`;
}

function nameOf({ kind = 'Gateway', namespace, name, sectionName }: Reference, home = ''): string {
  const owner = namespace ?? home;
  return `${kind === 'Gateway' ? '' : `${kind} `}${owner === '' ? '' : `${owner}/`}${name}${sectionName === undefined ? '' : `/${sectionName}`}`;
}

function portsOf({ listeners = [] }: AnySpec): string {
  return some(listeners.map(({ port, protocol }) => `${port}${protocol === 'UDP' ? '/udp' : ''}`));
}

const listings: Readonly<Record<string, Listing>> = {
  GatewayClass: {
    head: ['NAME', 'CONTROLLER', 'ACCEPTED'], wide: ['SUPPORTED-VERSION'],
    row: (it) => ({ cells: [it.metadata.name, specOf(it).controllerName ?? '-', verdict('Accepted', [statusOf(it)])], wide: [verdict('SupportedVersion', [statusOf(it)])] }),
  },
  Gateway: {
    head: ['NAMESPACE', 'NAME', 'CLASS', 'ADDRESS', 'PORTS', 'PROGRAMMED'], wide: ['LISTENERS', 'ROUTES', 'ACCEPTED'],
    row: (it) => {
      const { addresses = [], listeners = [] } = statusOf(it);
      const spec = specOf(it);
      const good = listeners.filter((one) => verdict('Programmed', [one]) === 'True').length;
      return {
        cells: [...whereOf(it), spec.gatewayClassName ?? '-', some(addresses.map(({ value }) => value)), portsOf(spec), verdict('Programmed', [statusOf(it)])],
        wide: [`${good}/${spec.listeners?.length ?? 0}`, String(listeners.reduce((sum, { attachedRoutes = 0 }) => sum + attachedRoutes, 0)), verdict('Accepted', [statusOf(it)])],
      };
    },
  },
  ListenerSet: {
    head: ['NAMESPACE', 'NAME', 'PARENT', 'PORTS', 'PROGRAMMED'], wide: ['ACCEPTED'],
    row: (it) => {
      const { parentRef } = specOf(it);
      return { cells: [...whereOf(it), parentRef === undefined ? '-' : nameOf(parentRef, it.metadata.namespace), portsOf(specOf(it)), verdict('Programmed', [statusOf(it)])], wide: [verdict('Accepted', [statusOf(it)])] };
    },
  },
  XBackend: {
    head: ['NAMESPACE', 'NAME', 'TYPE', 'ACCEPTED'], wide: ['REFS'],
    row: (it) => {
      const all = [statusOf(it), ...statusOf(it).ancestors ?? []];
      return { cells: [...whereOf(it), specOf(it).type ?? '-', verdict('Accepted', all)], wide: [verdict('ResolvedRefs', all)] };
    },
  },
};

const routeListing: Listing = {
  head: ['NAMESPACE', 'NAME', 'KIND', 'HOSTS', 'PARENTS', 'ACCEPTED'], wide: ['RULES', 'BACKENDS', 'REFS'],
  row: (it) => {
    const { hostnames, parentRefs = [], rules = [] } = specOf(it);
    const { parents = [] } = statusOf(it);
    const backends = rules.flatMap(({ backendRefs = [] }) => backendRefs.map((ref) => nameOf({ ...ref, kind: 'Gateway' })));
    // A parent that nobody answers for has no status at all.
    const unanswered = parentRefs.length > parents.length ? [{ conditions: [] }] : [];
    const accepted = parents.length === 0 && unanswered.length > 0 ? 'none answers' : verdict('Accepted', parents);
    return {
      cells: [...whereOf(it), it.kind, hostnames === undefined || hostnames.length === 0 ? '*' : hostnames.join(','), some(parentRefs.map((ref) => nameOf(ref, it.metadata.namespace))), accepted],
      wide: [String(rules.length), some(backends), verdict('ResolvedRefs', parents)],
    };
  },
};

const policyListing: Listing = {
  head: ['NAMESPACE', 'NAME', 'KIND', 'TARGETS', 'ACCEPTED'], wide: ['ANCESTORS', 'REFS'],
  row: (it) => {
    const { ancestors = [] } = statusOf(it);
    const targets = (specOf(it).targetRefs ?? []).map((ref) => `${ref.kind ?? ''} ${ref.name}${ref.sectionName === undefined ? '' : `/${ref.sectionName}`}`);
    return { cells: [...whereOf(it), it.kind, some(targets), verdict('Accepted', ancestors)], wide: [some(ancestors.map(({ ancestorRef }) => nameOf(ancestorRef, it.metadata.namespace))), verdict('ResolvedRefs', ancestors)] };
  },
};

function listingOf(kind: string): Listing {
  return kind.endsWith('Route') ? routeListing : kind.endsWith('Policy') ? policyListing : listings[kind]!;
}

/** Rows of objects that are listed alike, under their head. */
export interface ObjectTable {
  readonly head: readonly string[];
  readonly rows: readonly { readonly object: StatedObject; readonly cells: readonly string[] }[];
}

/** A table for each way of listing; `now` (milliseconds since 1970) adds ages where objects have a time. */
export function objectTables(objects: readonly StatedObject[], { isWide, now }: { readonly isWide: boolean; readonly now: number }): ObjectTable[] {
  const hasAges = objects.some(({ metadata }) => metadata.creationTimestamp !== undefined);
  return [...Map.groupBy(objects, ({ kind }) => listingOf(kind))].map(([listing, own]) => ({
    head: [...listing.head, ...(isWide ? listing.wide : []), ...(hasAges ? ['AGE'] : [])],
    rows: own.map((object) => {
      const { cells, wide } = listing.row(object);
      return { object, cells: [...cells, ...(isWide ? wide : []), ...(hasAges ? [ageOf(object, now)] : [])] };
    }),
  }));
}

/** As kubectl says it: the largest unit, two where the first is small. */
export function ageOf({ metadata: { creationTimestamp } }: StatedObject, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(creationTimestamp ?? '')) / 1000));
  if (Number.isNaN(seconds)) return '-';
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86_400)];
  if (seconds < 120) return `${seconds}s`;
  if (minutes < 10) return `${minutes}m${seconds % 60 === 0 ? '' : `${seconds % 60}s`}`;
  if (hours < 3) return `${minutes}m`;
  if (hours < 8) return `${hours}h${minutes % 60 === 0 ? '' : `${minutes % 60}m`}`;
  if (hours < 48) return `${hours}h`;
  return days < 365 ? `${days}d` : `${Math.floor(days / 365)}y${days % 365 === 0 ? '' : `${days % 365}d`}`;
}
