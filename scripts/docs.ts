/**
 * Keeps the documentation true: every finding code, cause of an error, and condition has its section and no section is stale; the
 * examples of docs/findings.md print what they say; options, commands, scripts and links exist; the
 * README promises what the data plane carries. `--write` renews the examples' outputs.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { allCommands } from '../src/cli/run.ts';
import { findingCodes } from '../src/contract/index.ts';
import { wrongPromises } from './docs/carried.ts';
import { causes } from './docs/causes.ts';
import { unexplainedOptions, unknownCommands, type World } from './docs/commands.ts';
import { examplesOf, outcomeOf } from './docs/examples.ts';
import { wrongDefaults } from './docs/defaults.ts';
import { deadLinks } from './docs/links.ts';
import { wrongMetrics } from './docs/metrics.ts';
import { readPage } from './docs/markdown.ts';
import { vocabulary } from './docs/reasons.ts';

const root = resolve(import.meta.dirname, '..');
const pages = [
  ...readdirSync(root).filter((it) => it.endsWith('.md')),
  ...readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.md')).map((it) => `docs/${it}`),
];
const complaints: string[] = [];

/** Compares the sections at `depth` under the heading `under` (all where absent) with what the code knows. */
function compareSections(file: string, known: Iterable<string>, { depth, under }: { readonly depth: number; readonly under?: string }): void {
  const { headings } = readPage(readFileSync(join(root, file), 'utf8'));
  let inside = under === undefined;
  const sections = headings.filter((it) => {
    if (under !== undefined && it.depth < depth) inside = it.text === under;
    return inside && it.depth === depth;
  }).map((it) => it.text);
  const wanted = new Set(known);
  for (const name of wanted) if (!sections.includes(name)) complaints.push(`${file}: no section for ${name}`);
  for (const name of sections) if (!wanted.has(name)) complaints.push(`${file}: the section ${name} is stale: the code does not know it`);
  for (const name of sections.filter((it, index) => sections.indexOf(it) !== index)) complaints.push(`${file}: two sections for ${name}`);
}

/** Every example must print what stands below it, and show the code of its section. */
async function checkExamples(file: string): Promise<void> {
  const path = join(root, file);
  let text = readFileSync(path, 'utf8');
  const { fences, headings } = readPage(text);
  for (const { input, output } of examplesOf(fences)) {
    const outcome = await outcomeOf(input);
    const section = headings.findLast((it) => it.depth === 2 && it.line < input.line)?.text;
    if (!outcome.codes.some((it) => it === section)) complaints.push(`${file}:${input.line}: the example of ${section} does not show it, but: ${outcome.codes.join(', ') || 'nothing'}`);
    if (outcome.text === output.text) continue;
    if (process.argv.includes('--write')) text = text.replace(`\`\`\`${input.info}\n${input.text}\n\`\`\`\n\n\`\`\`text\n${output.text}${output.text === '' ? '' : '\n'}\`\`\``, () => `\`\`\`${input.info}\n${input.text}\n\`\`\`\n\n\`\`\`text\n${outcome.text}\n\`\`\``);
    else complaints.push(`${file}:${output.line}: not what Postern prints; run: node scripts/docs.ts --write`);
  }
  const sections = headings.filter(({ depth }) => depth === 2);
  for (const [index, { text: code, line }] of sections.entries()) {
    const end = sections[index + 1]?.line ?? Infinity;
    if (!fences.some((it) => it.line > line && it.line < end)) complaints.push(`${file}: ${code} has no example`);
  }
  if (process.argv.includes('--write')) writeFileSync(path, text);
}

/** The table of rooms must be that of scripts/rooms.json; what a room knows is free text. */
function compareRooms(file: string): void {
  const rooms = JSON.parse(readFileSync(join(root, 'scripts/rooms.json'), 'utf8')) as Record<string, { may: string[]; pure?: boolean }>;
  const rows = readPage(readFileSync(join(root, file), 'utf8')).prose.filter((line) => /^\| `[a-z]+` \|.*\|.*\|.*\|$/.test(line));
  for (const [name, { may, pure = false }] of Object.entries(rooms)) {
    const cells = rows.find((row) => row.startsWith(`| \`${name}\` |`))?.split('|').map((cell) => cell.trim());
    if (cells === undefined) complaints.push(`${file}: no row for the room ${name}`);
    else if (cells[3] !== (may.join(', ') || '–') || (cells[4] === 'yes') !== pure) complaints.push(`${file}: the row of the room ${name} differs from scripts/rooms.json`);
  }
  for (const row of rows.filter((it) => !Object.hasOwn(rooms, /`([a-z]+)`/.exec(it)?.[1] ?? ''))) complaints.push(`${file}: there is no room for the row ${row}`);
}

/** The table of the proxy's folders names each of them. */
function compareFolders(file: string): void {
  const folders = readdirSync(join(root, 'src/proxy'), { withFileTypes: true }).filter((it) => it.isDirectory() && it.name !== 'testing').map((it) => it.name);
  const rows = readPage(readFileSync(join(root, file), 'utf8')).prose.flatMap((line) => /^\| `([a-z0-9]+)\/` \|/.exec(line)?.[1] ?? []);
  for (const folder of folders) if (!rows.includes(folder)) complaints.push(`${file}: no row for src/proxy/${folder}`);
  for (const row of rows) if (!folders.includes(row)) complaints.push(`${file}: there is no src/proxy/${row}`);
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };
const world: World = { root, commands: await allCommands(), scripts: new Set(Object.keys(scripts)) };
const { types, reasons } = vocabulary(root);

compareSections('docs/findings.md', Object.keys(findingCodes), { depth: 2 });
compareSections('docs/errors.md', causes(root), { depth: 3 });
compareSections('docs/conditions.md', types, { depth: 3, under: 'Types' });
compareSections('docs/conditions.md', reasons, { depth: 3, under: 'Reasons' });
await checkExamples('docs/findings.md');
compareRooms('docs/architecture.md');
compareFolders('docs/architecture.md');
complaints.push(...await wrongMetrics(root, 'docs/telemetry.md'));
complaints.push(...wrongPromises(root));
complaints.push(...unexplainedOptions(['docs/serve.md', 'docs/cluster.md', 'docs/install.md', 'docs/telemetry.md', 'docs/envoy.md', 'docs/explain.md', 'docs/testing.md', 'docs/diff.md', 'docs/lint.md', 'docs/everyday.md', 'docs/migrate.md'], world));
complaints.push(...wrongDefaults(root, 'docs/serve.md'));
for (const page of pages) complaints.push(...unknownCommands(page, world));
complaints.push(...deadLinks(root, pages));

for (const complaint of complaints) console.error(complaint);
console.log(`docs: ${pages.length} pages, ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
