/**
 * Makes src/api/gen/ from vendor/gateway-api/, deploy/crds/ and schemas/: types of the admitted objects, and compact schemas for run time.
 * With `--check` nothing is written; the exit code is 1 if the checked-in output differs.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileNameOf, readCrds } from './api/crd.ts';
import { writeSchemas } from './api/write-schemas.ts';
import { kindIndex, writeTypeIndex, writeTypes } from './api/write-types.ts';

const target = resolve(import.meta.dirname, '../src/api/gen');

function generate(): Map<string, string> {
  const files = new Map<string, string>();
  const kinds = readCrds().map((crd) => ({ crd, kind: crd.spec.names.kind, file: fileNameOf(crd.spec.names.kind) }));
  for (const { crd, file } of kinds) files.set(`${file}.ts`, writeTypes(crd));
  files.set('index.ts', writeTypeIndex(kinds));
  files.set('kinds.ts', kindIndex);
  files.set('schemas.json', writeSchemas(kinds.map(({ crd }) => crd)));
  return files;
}

function present(): string[] {
  if (!existsSync(target)) return [];
  return readdirSync(target, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(target.length + 1));
}

const files = generate();
const orphans = present().filter((name) => !files.has(name));
const changed = [...files].filter(([name, text]) => !existsSync(join(target, name)) || readFileSync(join(target, name), 'utf8') !== text).map(([name]) => name);

if (process.argv.includes('--check')) {
  for (const name of [...changed, ...orphans]) console.error(`src/api/gen/${name} differs from what vendor/gateway-api, deploy/crds and schemas give; run: npm run generate`);
  process.exitCode = changed.length + orphans.length === 0 ? 0 : 1;
} else {
  mkdirSync(target, { recursive: true });
  for (const name of changed) writeFileSync(join(target, name), files.get(name)!);
  for (const name of orphans) rmSync(join(target, name));
}
console.log(`generate: ${files.size} files, ${changed.length} changed, ${orphans.length} gone`);
