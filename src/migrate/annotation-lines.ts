import { nearName } from '../base/index.ts';
import { formatPosition } from '../contract/index.ts';
import { usualFates } from './annotations/fates.ts';
import { prefix, valuesOf } from './annotations/values.ts';
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

/** Every annotation of every Ingress has a line: what was noted on the way, or what usually becomes of it. */
export function linesOf(ingresses: readonly Ingress[], notes: Notes): ReportLine[] {
  for (const ingress of ingresses) for (const key of Object.keys(ingress.annotations)) noteAnnotation(ingress, key, notes);
  const byKey = new Map(ingresses.map((it) => [it.key, it]));
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
  const usual = usualFates[name];
  const isCanary = valuesOf(ingress).flag('canary', false);
  if (usual === undefined) {
    const near = nearName(name, Object.keys(usualFates));
    notes.annotation(ingress, name, 'needless', [`ingress-nginx has no such annotation${near === undefined ? '' : `; did you mean ${near}?`}`]);
  } else if (isCanary && !/^(?:canary|load-balance$|upstream-hash-by|affinity|session-cookie)/.test(name)) notes.annotation(ingress, name, 'needless', ['ingress-nginx ignores it on a canary: the main Ingress counts']);
  else if (name.endsWith('-snippet')) notes.annotation(ingress, name, 'lost', [`${usual.says} (${directivesOf(valuesOf(ingress).text(name)).join(', ')})`, usual.instead]);
  else notes.annotation(ingress, name, usual.guards === true ? guardFate(valuesOf(ingress).text(name)) : usual.fate, [usual.guards === true ? `${usual.says}${guardFate(valuesOf(ingress).text(name)) === 'lost' ? '; accepted' : ''}` : usual.says, usual.guards === true ? undefined : usual.instead]);
}

/** A guard that held nothing back was accepted, or is switched off. */
function guardFate(value: string): ReportLine['fate'] {
  return /^(?:false|all|off)$/.test(value) ? 'needless' : 'lost';
}

/** `file:line:column`. */
export function placeText({ position }: ReportLine): string | undefined {
  return position === undefined ? undefined : formatPosition(position);
}
