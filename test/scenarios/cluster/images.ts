import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Cluster } from './cluster.ts';

const root = join(import.meta.dirname, '../../..');
const node = ['--elf', `${process.execPath}:/usr/local/bin/node`, '--user', '65532'];

/** Makes the image of the scenarios' apps. */
export async function echoImage(cluster: Cluster): Promise<void> {
  await withFolder(async (folder) => {
    await bundle({ main: join(root, 'test/scenarios/echo/main.ts') }, folder);
    await writeFile(join(folder, 'package.json'), '{"type":"module"}\n');
    await cluster.tool(['image', 'postern.dev/echo:dev', `${folder}:/app`, ...node, '--entrypoint', '/usr/local/bin/node /app/main.js']);
  });
}

/** Makes an image of Postern as its sources are now, and copies its program to a folder of this machine. */
export async function posternImage(cluster: Cluster, name: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await bundle({ main: join(root, 'src/cli/main.ts'), 'worker-main': join(root, 'src/proxy/workers/worker-main.ts') }, join(folder, 'dist/bin'));
  await cp(join(root, 'package.json'), join(folder, 'package.json'));
  for (const library of ['yaml', 're2js']) await cp(join(root, 'node_modules', library), join(folder, 'node_modules', library), { recursive: true, dereference: true });
  await cluster.tool(['image', name, `${folder}:/app`, ...node, '--entrypoint', '/usr/local/bin/node /app/dist/bin/main.js']);
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
