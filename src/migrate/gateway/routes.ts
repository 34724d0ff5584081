import { slugOf } from './names.ts';
import type { Ingress } from '../ingress.ts';
import type { MadeObject, Manifest } from './object.ts';
import { gatewayApi } from './object.ts';
import type { Piece, Rule, RuleMatch } from './piece.ts';

/** Where a route is attached. */
export interface Parent {
  /** Absent: a Gateway. */
  readonly group?: string;
  readonly kind?: 'ListenerSet';
  readonly name: string;
  readonly namespace?: string;
  readonly sectionName?: string;
}

/** Rules of one Ingress that go together: the same hosts, side and kind. */
export interface RouteDraft {
  readonly ingress: Ingress;
  readonly kind: Piece['kind'];
  readonly purpose: 'rules' | 'to-https' | 'www';
  /** Sorted by host once they are joined. */
  readonly hosts: readonly HostPlace[];
  readonly pieces: readonly Piece[];
}

/** A host, `''` for every host, and where it is served. */
export interface HostPlace {
  readonly host: string;
  readonly parents: readonly Parent[];
}

/** As many as the Gateway API takes. */
const mostRules = 16;
const mostMatches = 64;
const mostMatchesOfRoute = 128;
const mostHosts = 16;

/**
 * The routes of drafts: those of one Ingress that say the same for several hosts become one. Names are the Ingress's, with the host behind where it has
 * several routes.
 */
export function routesOf(drafts: readonly RouteDraft[]): MadeObject[] {
  const joined = [...Map.groupBy(drafts, keyOf).values()].map((same): RouteDraft => ({ ...same[0] as RouteDraft, hosts: same.flatMap(({ hosts }) => hosts).toSorted((a, b) => (a.host < b.host ? -1 : 1)) }));
  const names = new Set<string>();
  return joined.flatMap((draft) => {
    const name = draft.ingress.ref.name + suffixes[draft.purpose] + hostSuffix(draft, joined);
    const parts = chunks(draft.hosts, mostHosts).flatMap((hosts) => rulesInParts(mergedRules(draft)).map((rules) => ({ hosts, rules })));
    return parts.map(({ hosts, rules }): MadeObject => routeOf({ ...draft, hosts }, rules, freeName(`${draft.ingress.ref.namespace}/${draft.kind}`, name, names)));
  });
}

/** What must be the same of drafts that become one. */
function keyOf({ ingress, kind, purpose, hosts, pieces }: RouteDraft): string {
  return JSON.stringify([ingress.key, kind, purpose, hosts[0]?.host === '', pieces[0]?.side, pieces.map(({ rule }) => rule)]);
}

/** What tells a route from the others of its Ingress: its first host, and its side where that is not enough. */
function hostSuffix(draft: RouteDraft, joined: readonly RouteDraft[]): string {
  const siblings = joined.filter((it) => it.ingress === draft.ingress && it.kind === draft.kind && it.purpose === draft.purpose);
  const host = draft.hosts[0]?.host ?? '';
  if (siblings.length < 2) return '';
  return `-${slugOf(host)}${siblings.some((it) => it !== draft && it.hosts[0]?.host === host) ? `-${draft.pieces[0]?.side ?? ''}` : ''}`;
}

const suffixes = { rules: '', 'to-https': '-to-https', www: '-www' } as const;

function distinct(parents: readonly Parent[]): Parent[] {
  return [...new Map(parents.map((it) => [JSON.stringify(it), it])).values()].toSorted((a, b) => ((a.sectionName ?? '') < (b.sectionName ?? '') ? -1 : 1));
}

function freeName(scope: string, wanted: string, names: Set<string>): string {
  let name = wanted;
  for (let count = 2; names.has(`${scope}/${name}`); count++) name = `${wanted}-${count}`;
  names.add(`${scope}/${name}`);
  return name;
}

function chunks<T>(all: readonly T[], most: number): T[][] {
  return Array.from({ length: Math.max(1, Math.ceil(all.length / most)) }, (_, index) => all.slice(index * most, (index + 1) * most));
}

/** As many rules and matches as a route may have. */
function rulesInParts(rules: readonly ReasonedRule[]): ReasonedRule[][] {
  const parts: ReasonedRule[][] = [[]];
  let matches = 0;
  for (const it of rules) {
    matches += it.rule.matches.length;
    if ((parts.at(-1)?.length ?? 0) === mostRules || matches > mostMatchesOfRoute) {
      parts.push([]);
      matches = it.rule.matches.length;
    }
    parts.at(-1)?.push(it);
  }
  return parts;
}

interface ReasonedRule {
  readonly rule: Rule;
  readonly because: readonly string[];
}

/** Rules that do the same become one with several matches, but for those whose prefix is replaced, which may have one match only. */
function mergedRules({ pieces }: RouteDraft): ReasonedRule[] {
  const merged: { rule: Rule; because: string[]; readonly key: string }[] = [];
  for (const { rule, because } of pieces) {
    const { matches, ...rest } = rule;
    const key = JSON.stringify(rest);
    // Of two matches with a header the first rule counts, so their order stays.
    const same = /"ReplacePrefixMatch"/.test(key) || matches.some(({ headers }) => headers !== undefined) ? undefined : merged.find((it) => it.key === key && it.rule.matches.length + matches.length <= mostMatches);
    if (same === undefined) merged.push({ rule, because: [...because], key });
    else {
      same.rule = { ...same.rule, matches: [...same.rule.matches, ...matches.filter((it) => !same.rule.matches.some((other) => JSON.stringify(other) === JSON.stringify(it)))] };
      same.because.push(...because.filter((it) => !same.because.includes(it)));
    }
  }
  return merged;
}

function routeOf(draft: RouteDraft, rules: readonly ReasonedRule[], name: string): MadeObject {
  const { ingress, kind, hosts } = draft;
  const annotations = Object.fromEntries(Object.entries(ingress.annotations).filter(([key]) => key.startsWith('external-dns.alpha.kubernetes.io/')));
  const named = [...new Set(hosts.map(({ host }) => host))].filter((it) => it !== '');
  const object: Manifest = {
    apiVersion: gatewayApi, kind, metadata: { name, namespace: ingress.ref.namespace, ...(Object.keys(annotations).length === 0 ? {} : { annotations }) },
    spec: { parentRefs: distinct(hosts.flatMap(({ parents }) => parents)), ...(named.length === 0 ? {} : { hostnames: named }), rules: rules.map(({ rule }) => (kind === 'GRPCRoute' ? grpcRule(rule) : rule)) },
  };
  return { object, about: [about(draft)], rules: rules.map(({ because }) => because) };
}

function about({ ingress: { key }, purpose }: RouteDraft): string {
  switch (purpose) {
    case 'rules': return `Ingress ${key}`;
    case 'to-https': return `Ingress ${key}: what is asked over http is redirected to https`;
    case 'www': return `Ingress ${key}: from-to-www-redirect`;
  }
}

function grpcRule({ matches, timeouts: _timeouts, ...rest }: Rule): object {
  return { matches: matches.map(grpcMatch), ...rest };
}

function grpcMatch({ path: { type, value }, headers }: RuleMatch): object {
  const [, service, method] = value.split('/');
  return { ...(value === '/' ? {} : { method: { service, ...(type === 'Exact' ? { method } : {}) } }), ...(headers === undefined ? {} : { headers }) };
}
