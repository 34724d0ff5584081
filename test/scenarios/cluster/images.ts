import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Cluster } from './cluster.ts';

const root = join(import.meta.dirname, '../../..');
const node = ['--elf', `${process.execPath}:/usr/local/bin/node`, '--user', '65532'];

/** Makes the image of the scenarios' apps. */
export async function echoImage(cluster: Cluster): Promise<void> {
  await withFolder(async (folder) => {
    // What is made for one user alone, no other could read in the image.
    const app = join(folder, 'app');
    await bundle({ main: join(root, 'test/scenarios/echo/main.ts') }, app);
    await writeFile(join(app, 'package.json'), '{"type":"module"}\n');
    await cluster.tool(['image', 'postern.dev/echo:dev', `${app}:/app`, ...node, '--entrypoint', '/usr/local/bin/node /app/main.js']);
  });
}

async function bundle(entryPoints: Readonly<Record<string, string>>, outdir: string): Promise<void> {
  await build({ entryPoints, outdir, bundle: true, splitting: true, format: 'esm', platform: 'node', target: 'node24', packages: 'external', logLevel: 'warning' });
}

async function withFolder(use: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'postern-image-'));
  try {
    await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
