/**
 * Checks the import rules of scripts/rooms.json against every source file, transitive type imports included,
 * and that each room's tsconfig references exactly what it may import; and that the console takes shapes and no code. `--write` writes the tsconfigs.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';

interface Room { readonly may: readonly string[]; readonly pure?: boolean }

const root = resolve(import.meta.dirname, '..');
const rooms: Record<string, Room> = JSON.parse(readFileSync(join(root, 'scripts/rooms.json'), 'utf8'));
const complaints: string[] = [];

function tsconfigOf(name: string, room: Room): string {
  const config = {
    extends: '../../tsconfig.base.json',
    compilerOptions: {
      rootDir: '.',
      outDir: `../../dist/${name}`,
      tsBuildInfoFile: `../../dist/.${name}.tsbuildinfo`,
      ...(room.pure ? {} : { types: ['node'] }),
    },
    include: ['**/*.ts', '**/*.json'],
    exclude: ['**/*.test.ts', '**/testing/**', 'tsconfig.json'],
    references: room.may.map((other) => ({ path: `../${other}` })),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}

function checkTsconfig(name: string, room: Room): void {
  const path = join(root, 'src', name, 'tsconfig.json');
  const wanted = tsconfigOf(name, room);
  if (process.argv.includes('--write')) writeFileSync(path, wanted);
  else if (!existsSync(path) || readFileSync(path, 'utf8') !== wanted) complaints.push(`src/${name}/tsconfig.json differs from scripts/rooms.json; run: npm run rooms -- --write`);
}

/** An import is fine inside its room, or of the `index.ts` of a room that the table allows. */
function checkImports(name: string, room: Room, file: string): void {
  const text = readFileSync(file, 'utf8');
  const isTest = file.endsWith('.test.ts') || file.includes('/testing/');
  for (const found of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)) {
    const target = relative(join(root, 'src'), resolve(file, '..', found[1]!));
    const [other] = target.split('/');
    if (other === name || isTest) continue;
    const where = `${relative(root, file)}:${text.slice(0, found.index).split('\n').length}`;
    if (other === undefined || !(other in rooms)) complaints.push(`${where}: imports ${target}, which is in no room`);
    else if (!room.may.includes(other)) complaints.push(`${where}: room ${name} may not import ${other}`);
    else if (target !== `${other}/index.ts`) complaints.push(`${where}: imports ${target}; import ${other}/index.ts`);
  }
}

/** The console draws what it is sent: of the rooms it knows shapes alone, in one file. */
function checkConsole(): void {
  for (const entry of readdirSync(join(root, 'console')).filter((it) => /\.tsx?$/.test(it))) {
    for (const [whole, kind] of readFileSync(join(root, 'console', entry), 'utf8').matchAll(/^(import|export)(?: type)? [^;]*?from '\.\.\/[^']*'/gms)) {
      if (entry !== 'shapes.ts' || !whole.startsWith(`${kind} type `) || !/'\.\.\/src\/(?:view|explain)\/index\.ts'/.test(whole)) complaints.push(`console/${entry}: only shapes.ts takes types, of view and explain`);
    }
  }
}

checkConsole();
for (const folder of readdirSync(join(root, 'src'))) {
  if (!(folder in rooms)) complaints.push(`src/${folder} is not in scripts/rooms.json`);
}
for (const [name, room] of Object.entries(rooms)) {
  checkTsconfig(name, room);
  for (const entry of readdirSync(join(root, 'src', name), { recursive: true, withFileTypes: true })) {
    if (entry.isFile() && entry.name.endsWith('.ts')) checkImports(name, room, join(entry.parentPath, entry.name));
  }
}
for (const complaint of complaints) console.error(complaint);
console.log(`rooms: ${Object.keys(rooms).length} rooms, ${complaints.length} complaints`);
process.exitCode = complaints.length === 0 ? 0 : 1;
