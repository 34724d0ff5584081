import type { Snapshot } from '../../contract/index.ts';
import { FolderWatch, type WatchTimes } from './folder-watch.ts';
import { Loader } from './loader.ts';

export interface FileSourceOptions {
  /** Larger files are not read; 16 MiB. */
  readonly maxFileBytes?: number;
  /** Where `-` is read from; the process's standard input. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  readonly times?: Partial<WatchTimes>;
}

/** Kubernetes objects in files. */
export interface FileSource {
  /** Reads what changed since the last call; everything at the first. Never rejects: what cannot be read is a finding. */
  read(): Promise<Snapshot>;
  /** Calls `onChange` when a snapshot differs from the last one that `read` or `onChange` gave. */
  watch(onChange: (snapshot: Snapshot) => void): Promise<FileWatch>;
}

export interface FileWatch {
  close(): Promise<void>;
}

const usualTimes: WatchTimes = { quietMs: 20, longestMs: 60, doubtMs: 200, pollMs: 2000 };

/** Opens `inputs`: files of any name, folders (recursive), globs, `-` for standard input. Nothing is read before `read` or `watch`. */
export function openFileSource(inputs: readonly string[], options: FileSourceOptions = {}): FileSource {
  const loader = new Loader(inputs, {
    maxFileBytes: options.maxFileBytes ?? 16 * 1024 * 1024,
    readStandardInput: async () => {
      const parts: Buffer[] = [];
      for await (const part of options.stdin ?? process.stdin) parts.push(Buffer.from(part));
      return Buffer.concat(parts);
    },
  });
  let last: Snapshot | undefined;
  return {
    async read() {
      last = (await loader.load({ patient: false })).snapshot;
      return last;
    },
    async watch(onChange) {
      const watch = new FolderWatch(loader, { ...usualTimes, ...options.times }, (snapshot) => {
        last = snapshot;
        onChange(snapshot);
      });
      await watch.start(last);
      return watch;
    },
  };
}
