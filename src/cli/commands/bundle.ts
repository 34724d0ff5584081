import { writeFileSync } from 'node:fs';
import { openFileSource } from '../../source/index.ts';
import { accessFrom } from '../access-options.ts';
import { usualAdmin } from '../admin-client.ts';
import { aboutManifests, aboutProgram, aboutRunning } from '../bundle/contents.ts';
import { type ArchiveFile, tarGz } from '../bundle/tar.ts';
import { UsageError, type Arguments, type Command } from '../command.ts';
import { fileTrouble } from '../file-trouble.ts';
import { requireInputs } from '../inputs.ts';
import { objectOptions } from '../object-source.ts';
import { isPlugin } from '../program-name.ts';
import { nativeSettings } from '../settings.ts';

export const bundle: Command = {
  name: 'bundle',
  summary: 'Put all that a bug report needs into one archive, without secrets.',
  usage: '[-f PATH…] [--admin URL] [--context NAME] [-o FILE]',
  description: 'Writes a .tar.gz with the versions, the manifests or the objects of a cluster, what lint and status say of them, and what a running program has in force and counts. Contents of Secrets and private keys stay out, wherever they are; access logs too. Look into it before you send it: hostnames and addresses are in it.',
  options: {
    ...objectOptions,
    output: { short: 'o', value: 'FILE', help: 'Where the archive is written; postern-bundle-TIME.tar.gz if not given.' },
    strict: { help: 'Leave Gateways of foreign or missing classes alone, as a cluster would.' },
  },
  examples: [
    ['postern bundle -f ./manifests', 'manifests, and the program that runs here if there is one'],
    ['postern bundle --context prod -o report.tar.gz', 'the objects of a cluster'],
  ],
  run: runBundle,
};

async function runBundle(args: Arguments): Promise<number> {
  if (args.positionals.length > 0) throw new UsageError(`name manifests with -f ${args.positionals[0]}`);
  const now = Date.now();
  const name = `postern-bundle-${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '-')}`;
  const files = [aboutProgram(), ...await manifests(args), ...await running(args)];
  if (files.length === 1) throw new UsageError('there is nothing to put in: name manifests with -f, a cluster with --context, or a program with --admin');
  const output = args.value('output') ?? `${name}.tar.gz`;
  try {
    writeFileSync(output, tarGz([contentsOf(files), ...files].map((it) => ({ ...it, path: `${name}/${it.path}` })), now), { mode: 0o600 });
  } catch (error) {
    throw new UsageError(`--output ${output}: ${fileTrouble(error)}`, { cause: error });
  }
  process.stdout.write(`${output}: ${files.length} files. Look into it before you send it: secrets are out, hostnames and addresses are not.\n`);
  return 0;
}

async function manifests(args: Arguments): Promise<ArchiveFile[]> {
  const settings = nativeSettings({ strict: args.on('strict') });
  const files = args.values('file');
  if (files.length > 0) return aboutManifests(await openFileSource(requireInputs(files)).read(), settings, { documents: 'files' });
  if (!isPlugin && args.value('context') === undefined && args.value('kubeconfig') === undefined) return [];
  const { clusterSnapshot } = await import('../cluster-known.ts');
  return aboutManifests(await clusterSnapshot(await accessFrom(args)), settings, { documents: 'objects' });
}

/** A program that was named must answer; one that only may be there need not. */
async function running(args: Arguments): Promise<ArchiveFile[]> {
  const admin = args.value('admin');
  if (admin !== undefined) return aboutRunning(admin);
  return aboutRunning(usualAdmin).catch((error: unknown) => {
    if (error instanceof UsageError) return [];
    throw error;
  });
}

function contentsOf(files: readonly ArchiveFile[]): ArchiveFile {
  return { path: 'README.txt', text: `What postern bundle found. Contents of Secrets and private keys were left out.\n\n${files.map(({ path, text }) => `${path}  ${Buffer.byteLength(text)} bytes\n`).join('')}` };
}
