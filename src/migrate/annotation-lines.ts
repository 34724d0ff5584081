import { nearName } from '../base/index.ts';
import { formatPosition } from '../contract/index.ts';
import { flags, type UsualFate, usualFates, wholes } from './annotations/fates.ts';
import { prefix, readFlag, valuesOf } from './annotations/values.ts';
import { directivesOf } from './gateway/guards.ts';
import type { Ingress } from './ingress.ts';
import type { Notes, ReportLine } from './report.ts';

/** What tools that manage the Ingress, and not its controller, read there. */
const ofOthers: readonly (readonly [RegExp, string])[] = [
  [/^cert-manager\.io\//, 'annotation of the Gateway, where cert-manager reads it too (with its Gateway API support on)'],
  [/^external-dns\.alpha\.kubernetes\.io\//, 'annotation of the routes, where external-dns reads it too (source gateway-httproute)'],
];

/** Annotations that say nothing about traffic. */
const silent = /^(?:kubectl\.kubernetes\.io|kubernetes\.io\/ingress\.class$|meta\.helm\.sh|helm\.sh|argocd\.argoproj\.io|kustomize\.toolkit\.fluxcd\.io|app\.kubernetes\.io)/;

/** Every annotation of every Ingress has a line: what was noted on the way, or what usually becomes of it. `all` has those too that are left alone. */
export function linesOf(ingresses: readonly Ingress[], notes: Notes, all: readonly Ingress[]): ReportLine[] {
  for (const ingress of ingresses) for (const key of Object.keys(ingress.annotations)) noteAnnotation(ingress, key, notes);
  const byKey = new Map(all.map((it) => [it.key, it]));
  return notes.lines().map((line) => placed(line, byKey.get(line.ingress))).toSorted((a, b) => (order(a) < order(b) ? -1 : 1));
}

function order({ ingress, annotation = '', says }: ReportLine): string {
  return `${ingress}\n${annotation}\n${says}`;
}

function placed(line: ReportLine, ingress: Ingress | undefined): ReportLine {
  if (ingress === undefined) return line;
  const key = line.annotation === undefined ? undefined : [prefix + line.annotation, line.annotation].find((it) => ingress.annotations[it] !== undefined);
  const position = ingress.source.locate(key === undefined ? ['metadata', 'name'] : ['metadata', 'annotations', key]);
  return { ...line, ...(key === undefined ? {} : { value: ingress.annotations[key] as string }), ...(position === undefined ? {} : { position }) };
}

function noteAnnotation(ingress: Ingress, key: string, notes: Notes): void {
  if (!key.startsWith(prefix)) {
    const other = ofOthers.find(([pattern]) => pattern.test(key));
    if (other !== undefined) notes.add({ ingress: ingress.key, annotation: key, fate: 'translated', says: other[1] });
    else if (!silent.test(key) && /ingress|nginx|haproxy|traefik|konghq/.test(key)) notes.add({ ingress: ingress.key, annotation: key, fate: 'needless', says: 'ingress-nginx does not read it' });
    return;
  }
  const name = key.slice(prefix.length);
  if (notes.hasTold(ingress, name)) return;
  const { fate, says, instead } = usualFates[name] === undefined ? unknown(name) : fateHere(name, ingress, notes);
  notes.annotation(ingress, name, fate, [says, instead]);
}

type Said = Pick<UsualFate, 'fate' | 'says' | 'instead'>;

function unknown(name: string): Said {
  const near = nearName(name, Object.keys(usualFates));
  return { fate: 'needless', says: `ingress-nginx has no such annotation${near === undefined ? '' : `; did you mean ${near}?`}` };
}

/** What a value should have been, where the controller cannot read it. */
function unreadable(name: string, value: string): string | undefined {
  if (flags.has(name) && readFlag(value) === undefined) return 'true or false';
  return wholes.has(name) && !/^[+-]?\d+$/.test(value) ? 'whole number' : undefined;
}

/** What becomes of an annotation here, where nothing was noted on the way. */
function fateHere(name: string, ingress: Ingress, notes: Notes): Said {
  const usual = usualFates[name] as UsualFate;
  const values = valuesOf(ingress);
  const value = values.text(name);
  const wanted = unreadable(name, value);
  if (wanted !== undefined) return { fate: 'needless', says: `${value} is no ${wanted}, so ingress-nginx ignores it` };
  if (values.flag('canary', false) && !/^(?:canary|load-balance$|upstream-hash-by|affinity|session-cookie)/.test(name)) return { fate: 'needless', says: 'ingress-nginx ignores it on a canary: the main Ingress counts' };
  if (name.startsWith('canary-') && !values.flag('canary', false)) return { fate: 'needless', says: 'canary is not true, so ingress-nginx ignores it' };
  if (name === 'ssl-redirect' && !values.flag(name, true)) return { fate: 'needless', says: 'its hosts have no certificate, so nothing would be redirected' };
  if (name.endsWith('-snippet') && usual.goesWith === undefined) return { ...usual, says: `${usual.says} (${directivesOf(values.text(name)).join(', ')})` };
  if (usual.guards === true) return /^(?:false|all|off)$/.test(values.text(name)) ? { fate: 'needless', says: 'as usual; it changes nothing' } : { fate: 'lost', says: `${usual.says}; accepted` };
  return withLeading(usual, ingress, notes);
}

/** Some annotations say more about another one, and share its fate. */
function withLeading(usual: UsualFate, ingress: Ingress, notes: Notes): Said {
  const leading = usual.goesWith === undefined ? undefined : notes.fateOf(ingress, usual.goesWith);
  return leading === 'translated' || leading === 'partly' ? { fate: leading, says: usual.says } : usual;
}

/** `file:line:column`. */
export function placeText({ position }: ReportLine): string | undefined {
  return position === undefined ? undefined : formatPosition(position);
}
