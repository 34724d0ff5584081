/**
 * Lays out what the container image has under /app: `node scripts/image.ts FOLDER`. The one list of files, for the Dockerfile and for images
 * that are made without an engine. Needs `npm run build` before.
 */
import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
const own = ['dist/bin', 'package.json', 'deploy/install.yaml', 'LICENSE'];

/** The libraries that the program loads, with those that they load. */
function libraries(manifest: string, known = new Set<string>()): Set<string> {
  const { dependencies = {} } = JSON.parse(readFileSync(join(root, manifest), 'utf8')) as { dependencies?: Record<string, string> };
  for (const name of Object.keys(dependencies).filter((it) => !known.has(it))) libraries(`node_modules/${name}/package.json`, known.add(name));
  return known;
}

/** Makes the folder anew. */
export function layOut(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const files = [...own, ...[...libraries('package.json')].map((it) => `node_modules/${it}`)];
  for (const file of files) cpSync(join(root, file), join(folder, file), { recursive: true, dereference: true });
}

if (import.meta.main) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) throw new Error('name a folder');
  layOut(folder);
}
