import { assumeServed, compile } from '../controller/index.ts';
import type { Snapshot } from '../contract/index.ts';
import { openFileSource } from '../source/index.ts';
import { statusDocuments } from '../status/index.ts';
import { accessFrom, accessOptions } from './access-options.ts';
import { fetchAdmin, usualAdmin } from './admin-client.ts';
import { UsageError, type Arguments, type OptionSpec } from './command.ts';
import { DEFAULT_POOL } from './default-pool.ts';
import { requireInputs } from './inputs.ts';
import { isPlugin } from './program-name.ts';
import { nativeSettings } from './settings.ts';
import { type StatedObject, statedObjects } from './stated-object.ts';

/** Where objects and their statuses come from: files, a cluster, or a running program. */
export const objectOptions: Readonly<Record<string, OptionSpec>> = {
  file: { short: 'f', value: 'PATH', repeats: true, help: 'A file or folder with manifests, or - for standard input; may be repeated.' },
  admin: { value: 'URL', help: `A running serve or controller, by its admin endpoint; ${usualAdmin} if nothing else is named, and as a plugin of kubectl its cluster.` },
  ...accessOptions,
};

/** Every so often a running program is asked again. Milliseconds. */
const pollMs = 2000;

interface ObjectSource {
  read(): Promise<StatedObject[]>;
  /** Calls `onObjects` after each change until `signal` ends it. */
  follow(onObjects: (objects: StatedObject[]) => void, signal: AbortSignal): Promise<void>;
}

/** The objects that a call asks about, in `files` where there are some. Throws UsageError where they can't be read. */
export function objectSource(args: Arguments, files: readonly string[] = args.values('file')): ObjectSource {
  const inCluster = args.value('context') !== undefined || args.value('kubeconfig') !== undefined;
  if ([files.length > 0, inCluster, args.value('admin') !== undefined].filter(Boolean).length > 1) throw new UsageError('name one source: --file, --admin or --context');
  if (files.length > 0) return fileObjects(args, files);
  if (inCluster || (isPlugin && args.value('admin') === undefined)) return clusterSource(args);
  return polled(async () => (await fetchAdmin(args.value('admin') ?? usualAdmin, '/objects')).json() as Promise<StatedObject[]>);
}

function fileObjects(args: Arguments, files: readonly string[]): ObjectSource {
  const source = openFileSource(requireInputs(files));
  const settings = nativeSettings({ strict: args.on('strict') });
  const stated = (snapshot: Snapshot): StatedObject[] => {
    const { graph, model } = compile(snapshot, settings);
    return statedObjects(model, statusDocuments(graph, { ...assumeServed(graph, DEFAULT_POOL), now: new Date().toISOString().replace(/\.\d+Z$/, 'Z') }));
  };
  return {
    read: async () => stated(await source.read()),
    async follow(onObjects, signal) {
      const watch = await source.watch((snapshot) => onObjects(stated(snapshot)));
      if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await watch.close();
    },
  };
}

function clusterSource(args: Arguments): ObjectSource {
  return {
    read: async () => (await import('./cluster-known.ts')).clusterObjects(await accessFrom(args)),
    async follow(onObjects, signal) {
      const { followCluster } = await import('./cluster-known.ts');
      await followCluster(await accessFrom(args), { onObjects, onTrouble: (message) => void process.stderr.write(`${message}\n`) }, signal);
    },
  };
}

function polled(read: () => Promise<StatedObject[]>): ObjectSource {
  return {
    read,
    async follow(onObjects, signal) {
      const { setTimeout: wait } = await import('node:timers/promises');
      while (await wait(pollMs, true, { signal }).catch(() => false)) onObjects(await read());
    },
  };
}
