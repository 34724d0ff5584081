import { coreKinds, type CoreKind } from './core/index.ts';
import { gatewayApiKinds, posternKinds } from './gen/kinds.ts';
import { distance, nearName } from '../base/index.ts';
import { problem, type Problem, type ProblemText } from './problem.ts';
import type { KindSchema, KindVersion } from './schema.ts';
import type { ObjectTypes } from './index.ts';

export type Kind = keyof ObjectTypes;

const gatewayApiGroup = 'gateway.networking.k8s.io';
const ownGroup = 'postern.dev';
const crdKinds = [...gatewayApiKinds, ...posternKinds];
const kinds: readonly (KindSchema | CoreKind)[] = [...crdKinds, ...coreKinds];
const byType = new Map(kinds.map((type) => [`${type.group}/${type.kind}`, type]));
const ourGroups = new Set(crdKinds.map((type) => type.group));

/** Groups that people write for the Gateway API's by mistake; none at all where only the version or only the group is written. */
const mistakenGroups = new Set(['', 'gateway.networking.kubernetes.io', 'networking.k8s.io', 'gateway.k8s.io', 'gateway.networking.x.k8s.io', 'networking.x-k8s.io']);

/** What an API server with the vendored CRDs answers to an apiVersion and kind. */
export type KindAnswer =
  | { readonly known: 'yes'; readonly type: KindSchema | CoreKind; readonly version: KindVersion; readonly warning?: Problem }
  | { readonly known: 'no'; readonly problem: Problem; readonly type?: KindSchema }
  | { readonly known: 'foreign' };

/** Finds a kind in a version; a kind of a group that Postern does not read is foreign, a slip is told with what was meant. */
export function findKind(apiVersion: string, kind: string): KindAnswer {
  const slash = apiVersion.lastIndexOf('/');
  const group = slash < 0 ? '' : apiVersion.slice(0, slash);
  const version = apiVersion.slice(slash + 1);
  const type = byType.get(`${group}/${kind}`);
  if (type === undefined) return findSlip(group, kind, apiVersion);
  const found = type.versions.find((one) => one.name === version && one.served);
  if (found !== undefined) return { known: 'yes', type, version: found, ...deprecationOf(type, found) };
  return { known: 'no', type, problem: problem('unknown-version', ['apiVersion'], { message: `no matches for kind "${kind}" in version "${apiVersion}"`, ...writeVersion(type) }) };
}

function apiVersionOf(type: KindSchema): string {
  return `${type.group === '' ? '' : `${type.group}/`}${type.versions[0]!.name}`;
}

function writeVersion(type: KindSchema): Pick<ProblemText, 'hint' | 'mend'> {
  return { hint: `write apiVersion: ${apiVersionOf(type)}`, mend: { kind: 'set', value: apiVersionOf(type) } };
}

function deprecationOf(type: KindSchema, version: KindVersion): { readonly warning?: Problem } {
  if (version.deprecation === undefined) return {};
  return { warning: problem('deprecated-version', ['apiVersion'], { message: version.deprecation, ...writeVersion(type) }) };
}

/** A kind that is not known: foreign, or a slip of the pen in kind or group. */
function findSlip(group: string, kind: string, apiVersion: string): KindAnswer {
  const message = `no matches for kind "${kind}" in version "${apiVersion}"`;
  const slip = (path: string, text: Omit<ProblemText, 'message'>): KindAnswer => ({ known: 'no', problem: problem('unknown-kind', [path], { message, ...text }) });
  const sameName = crdKinds.find((type) => type.kind === kind);
  if (ourGroups.has(group)) {
    if (sameName !== undefined) return slip('apiVersion', writeVersion(sameName));
    const meant = crdKinds.find((type) => type.kind === nearKind(kind));
    if (meant !== undefined) return slip('kind', { hint: `write kind: ${meant.kind} with apiVersion: ${apiVersionOf(meant)}`, mend: { kind: 'set', value: meant.kind } });
    return slip('kind', { hint: group === ownGroup ? `the kinds of ${group} are ${posternKinds.map((type) => type.kind).join(', ')}` : `the kinds of the Gateway API are ${gatewayApiKinds.map((type) => type.kind).join(', ')}` });
  }
  if (sameName !== undefined && isMistakenGroup(group)) return slip('apiVersion', writeVersion(sameName));
  const cased = coreKinds.find((type) => type.group === group && type.kind.toLowerCase() === kind.toLowerCase());
  return cased === undefined ? { known: 'foreign' } : slip('kind', { hint: `write kind: ${cased.kind}`, mend: { kind: 'set', value: cased.kind } });
}

/** Experimental kinds lose their X when they graduate, so it is no difference between names. */
function nearKind(kind: string): string | undefined {
  const names = crdKinds.map((type) => type.kind);
  return names.find((name) => withoutX(name) === withoutX(kind)) ?? nearName(kind, names);
}

function withoutX(kind: string): string {
  return kind.replace(/^X(?=[A-Z])/, '').toLowerCase();
}

function isMistakenGroup(group: string): boolean {
  return mistakenGroups.has(group) || distance(group, gatewayApiGroup) <= 3;
}

/** The names of all kinds that Postern reads. */
export const kindNames = kinds.map((type) => type.kind) as readonly Kind[];

/** The group of a kind that Postern reads, `''` for core; undefined where it knows none, or several. */
export function groupOfKind(kind: string): string | undefined {
  const groups = kinds.filter((type) => type.kind === kind).map((type) => type.group);
  return groups.length === 1 ? groups[0] : undefined;
}
