/**
 * Bundles the command line program into dist/bin: most of a start is finding and linking modules, and a handful of files take a
 * third of the time of two hundred. Dependencies stay outside, where their licences are. Arguments, for the bench: another folder
 * for the result, and another checkout.
 */
import { existsSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { throughRooms } from './through-rooms.ts';
import { bundleConsole } from './bundle-console.ts';

const [outFolder, checkout] = process.argv.slice(2);
const root = checkout ?? resolve(import.meta.dirname, '..');
const outdir = outFolder ?? join(root, 'dist/bin');

rmSync(outdir, { recursive: true, force: true });
await build({
  // Workers are a program of their own, which the first one starts by its name beside itself.
  entryPoints: { main: join(root, 'src/cli/main.ts'), 'worker-main': join(root, 'src/proxy/workers/worker-main.ts') },
  outdir,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  packages: 'external',
  plugins: [throughRooms(root)],
  logLevel: 'warning',
});
// An older checkout has no console.
if (existsSync(join(root, 'console'))) await bundleConsole(join(outdir, '../console'), root);
