import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Finding } from '../contract/index.ts';
import { type AnnotationFate, type Migration, placeText, type Proof, type ReportLine } from '../migrate/index.ts';
import { type Palette, paletteFor } from './colour.ts';
import { formatFinding } from './format-finding.ts';


export interface MigrateReport {
  readonly migration: Migration;
  /** Absent: nothing was compared. */
  readonly proof: Proof | undefined;
  /** What was wrong with files. */
  readonly unread: readonly Finding[];
}

/** The worst first. */
const fates: readonly (readonly [AnnotationFate, string])[] = [
  ['held-back', 'held back: left out until you decide'], ['lost', 'lost: the Gateway API has no equal'], ['partly', 'partly: some of it is lost'], ['translated', 'translated'], ['needless', 'needless: nothing has to be said'],
];

/** The report for people: what needs somebody first. */
export function reportText({ migration, proof, unread }: MigrateReport, palette: Palette): string {
  const paints = { 'held-back': palette.red, lost: palette.yellow, partly: palette.yellow, translated: palette.green, needless: palette.dim };
  const sections = fates.flatMap(([fate, title]) => {
    const lines = migration.lines.filter((it) => it.fate === fate);
    return lines.length === 0 ? [] : ['', paints[fate](title), ...lines.flatMap((it) => lineText(it, palette))];
  });
  return [...unread.map((it) => formatFinding(it, palette)), countText(migration), ...sections, ...(proof === undefined ? [] : ['', ...proofText(proof, palette)]), '', ...defaults(migration), ''].join('\n');
}

/** What ingress-nginx does for everybody, and no annotation says. */
function defaults({ objects }: Migration): string[] {
  const hasTls = objects.some(({ object }) => JSON.stringify(object.spec ?? {}).includes('"HTTPS"'));
  const hasHsts = objects.some(({ object }) => JSON.stringify(object.spec ?? {}).includes('"Strict-Transport-Security"'));
  return [`docs/migrate.md has what ingress-nginx does without being asked, such as limits and headers${hasTls && !hasHsts ? '; Strict-Transport-Security comes with --hsts' : ''}.`];
}

function lineText(line: ReportLine, palette: Palette): string[] {
  const { ingress, annotation, says, instead } = line;
  const where = placeText(line) ?? (ingress.includes(' ') ? ingress : `Ingress ${ingress}`);
  return [`  ${palette.bold(where)} ${annotation === undefined ? '' : `${annotation}: `}${says}`, ...(instead === undefined ? [] : [`    ${palette.green('→')} ${instead}`])];
}

function countText({ ingresses, objects, lines }: Migration): string {
  const made = [...Map.groupBy(objects, ({ object }) => object.kind)].map(([kind, all]) => `${all.length} ${all.length === 1 ? kind : kind === 'BackendTLSPolicy' ? 'BackendTLSPolicies' : `${kind}s`}`);
  const held = lines.filter(({ fate }) => fate === 'held-back').length;
  return `${ingresses.length} Ingress${ingresses.length === 1 ? '' : 'es'} became ${made.length === 0 ? 'nothing' : made.join(', ')}${held === 0 ? '' : `; ${held} ${held === 1 ? 'thing is' : 'things are'} held back`}`;
}

function proofText({ asked, same, told, untold }: Proof, palette: Palette): string[] {
  const words = `${asked} requests compared with ingress-nginx: ${same} the same, ${told.length} other for reasons told here`;
  const verdict = untold.length === 0 ? palette.green(words) : palette.red(`${words}, ${untold.length} other for no reason told`);
  return [verdict, ...untold.flatMap((it) => [`  ${it.request}`, `    ingress-nginx: ${it.nginx}`, `    Gateway:       ${it.gateway}`]), ...toldText(told)];
}

/** Of each reason the first request stands for all. */
function toldText(told: Proof['told']): string[] {
  return [...Map.groupBy(told, ({ reason }) => reason)].flatMap(([reason = '', all]) => {
    const first = all[0]!;
    return [`  ${all.length} × ${reason}`, `    ${first.request}: ingress-nginx ${first.nginx}; Gateway ${first.gateway}`];
  });
}

/** The report as a table for reviews. */
function markdown({ migration, proof }: MigrateReport): string {
  const rows = fates.flatMap(([fate]) => migration.lines.filter((it) => it.fate === fate).map(rowOf));
  const proven = proof === undefined ? [] : ['', '## Proof', '', ...proofText(proof, paletteFor({})).map((line) => (line.startsWith(' ') ? `    ${line.trim()}` : `${line}\n`))];
  return ['# From Ingress to Gateway', '', `${countText(migration)}.`, '', '| fate | Ingress | annotation | what | to do |', '| --- | --- | --- | --- | --- |', ...rows, ...proven, '', ...defaults(migration), ''].join('\n');
}

function rowOf({ fate, ingress, annotation, says, instead = '' }: ReportLine): string {
  return `| ${[fate, ingress, annotation === undefined ? '' : `\`${annotation}\``, says, instead].map(cell).join(' | ')} |`;
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

/** Writes the report in the form that the name of the file asks for. */
export async function writeReport(file: string, report: MigrateReport): Promise<void> {
  const { migration: { lines, ingresses, objects }, proof } = report;
  switch (extname(file)) {
    case '.md': return writeFile(file, markdown(report));
    case '.json': return writeFile(file, `${JSON.stringify({ ingresses: ingresses.length, objects: objects.length, lines, ...(proof === undefined ? {} : { proof }) }, null, 2)}\n`);
    default: return writeFile(file, reportText(report, paletteFor({})));
  }
}
