/** Bundles the console into a folder: one script, one style sheet, one icon. Nothing else is ever loaded. */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

export async function bundleConsole(outdir: string, root: string = resolve(import.meta.dirname, '..')): Promise<void> {
  mkdirSync(outdir, { recursive: true });
  await build({
    entryPoints: [{ in: join(root, 'console/main.tsx'), out: 'console' }, { in: join(root, 'console/console.css'), out: 'console' }],
    outdir, bundle: true, minify: true, format: 'esm', platform: 'browser', target: ['chrome120', 'firefox120', 'safari17'], jsx: 'automatic', jsxImportSource: 'preact', legalComments: 'none', logLevel: 'warning',
  });
  copyFileSync(join(root, 'console/icon.svg'), join(outdir, 'icon.svg'));
}
