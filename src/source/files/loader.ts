import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Finding, Snapshot } from '../../contract/index.ts';
import { decodeText } from './decode-text.ts';
import { FileMemory } from './file-memory.ts';
import { foundFile, listFiles, standardInput, type FoundFile, type Listing, type WatchTarget } from './list-files.ts';
import { unreadable } from './unreadable.ts';

export interface LoaderOptions {
  readonly maxFileBytes: number;
  readStandardInput(): Promise<Buffer>;
}

export interface Load {
  readonly snapshot: Snapshot;
  readonly targets: ReadonlyMap<string, WatchTarget>;
  /** A file that held objects has vanished or seems half-written, which may last only a moment: look again soon. */
  readonly inDoubt: boolean;
}

export interface LoadRequest {
  /** What vanished is believed gone only at the second look. */
  readonly patient: boolean;
  /** Absolute paths of the only files that may have changed, where that is known: the rest need not be listed. */
  readonly changed?: ReadonlySet<string> | undefined;
}

/** How long after a change a file's stamp may stay the same through another change, in milliseconds. */
const stampGrainMs = 100;
const sliceMs = 8;
const lineFeed = 10;

interface KnownFile {
  readonly memory: FileMemory;
  stamp: string;
  settled: boolean;
  bytes: Buffer | undefined;
  /** It was not there at the last look. */
  missing: boolean;
  /** What it held at the last look, where that seemed half-written. */
  doubtful: Buffer | undefined;
}

/** Reads the inputs again and again; only files that changed are read, and only documents that changed are parsed. */
export class Loader {
  readonly #inputs: readonly string[];
  readonly #options: LoaderOptions;
  readonly #known = new Map<string, KnownFile>();
  #listing: Listing | undefined;
  #order: readonly string[] = [];
  #indexes: ReadonlyMap<string, number> | undefined;
  #sliceEnd = 0;
  #running: Promise<unknown> = Promise.resolve();

  constructor(inputs: readonly string[], options: LoaderOptions) {
    this.#inputs = inputs;
    this.#options = options;
  }

  /** Calls wait for each other. */
  load(request: LoadRequest): Promise<Load> {
    const load = this.#running.then(() => this.#load(request));
    this.#running = load.catch(() => undefined);
    return load;
  }

  async #load({ patient, changed }: LoadRequest): Promise<Load> {
    const listing = (changed && this.#relist(changed)) ?? await listFiles(this.#inputs);
    if (listing !== this.#listing) this.#indexes = undefined;
    this.#listing = listing;
    const found = new Map(listing.files.map((file) => [file.path, file]));
    let inDoubt = false;
    for (const file of listing.files) {
      const known = this.#knownOf(file.path);
      if (known.settled && known.stamp === file.stamp) continue;
      inDoubt = (await this.#refresh(known, { file, patient })) || inDoubt;
      if (performance.now() > this.#sliceEnd) {
        await setImmediate();
        this.#sliceEnd = performance.now() + sliceMs;
      }
    }
    for (const [path, known] of this.#known) {
      if (found.has(path)) continue;
      if (patient && !known.missing && known.memory.objects.length > 0) inDoubt = known.missing = true;
      else this.#known.delete(path);
    }
    return { snapshot: this.#snapshot(listing.files, listing.findings), targets: listing.targets, inDoubt };
  }

  /** The last listing with new stamps for these files; undefined where one of them was not in it or is gone. */
  #relist(changed: ReadonlySet<string>): Listing | undefined {
    const listing = this.#listing;
    if (listing === undefined) return undefined;
    this.#indexes ??= new Map(listing.files.map((file, index) => [resolve(file.path), index]));
    for (const path of changed) {
      const index = this.#indexes.get(path);
      const stats = statSync(path, { throwIfNoEntry: false });
      if (index === undefined || stats?.isFile() !== true) return undefined;
      listing.files[index] = foundFile(listing.files[index]!.path, stats);
    }
    return listing;
  }

  #knownOf(path: string): KnownFile {
    let known = this.#known.get(path);
    if (known === undefined) this.#known.set(path, known = { memory: new FileMemory(path), stamp: '', settled: false, bytes: undefined, missing: false, doubtful: undefined });
    return known;
  }

  /** Takes in one file; true where its new state is in doubt. */
  async #refresh(known: KnownFile, { file, patient }: { readonly file: FoundFile; readonly patient: boolean }): Promise<boolean> {
    known.missing = false;
    if (file.size > this.#options.maxFileBytes) {
      known.memory.fail(tooLarge(file, this.#options.maxFileBytes));
      Object.assign(known, { stamp: file.stamp, settled: true, bytes: undefined, doubtful: undefined });
      return false;
    }
    const bytes = await this.#read(file);
    if (!Buffer.isBuffer(bytes)) {
      known.memory.fail(bytes);
      known.settled = false;
      known.bytes = undefined;
      return false;
    }
    if (patient && known.memory.objects.length > 0 && known.doubtful?.equals(bytes) !== true && seemsHalfWritten(bytes, known.bytes)) {
      known.doubtful = bytes;
      known.settled = false;
      return true;
    }
    known.doubtful = undefined;
    known.stamp = file.stamp;
    known.settled = Date.now() - file.changedAt > stampGrainMs;
    if (known.bytes?.equals(bytes) === true) return false;
    known.bytes = bytes;
    const decoded = decodeText(file.path, bytes);
    if ('finding' in decoded) known.memory.fail(decoded.finding);
    else known.memory.update(decoded.text);
    return false;
  }

  async #read(file: FoundFile): Promise<Buffer | Finding> {
    try {
      if (file.path === standardInput) return await this.#options.readStandardInput();
      return file.stamp === 'stream' ? await readFile(file.path) : readFileSync(file.path);
    } catch (error) {
      return unreadable(file.path, error);
    }
  }

  /** The listing's order; a file that only seems gone keeps its place behind the one that it followed. */
  #inOrder(files: readonly FoundFile[]): string[] {
    const paths = files.map((file) => file.path);
    const listed = new Set(paths);
    this.#order.forEach((path, index) => {
      if (!listed.has(path) && this.#known.has(path)) paths.splice(paths.indexOf(this.#order[index - 1] ?? '') + 1, 0, path);
    });
    return paths;
  }

  #snapshot(files: readonly FoundFile[], findings: readonly Finding[]): Snapshot {
    this.#order = this.#inOrder(files);
    const memories = this.#order.flatMap((path) => this.#known.get(path)?.memory ?? []);
    memories.forEach((memory, index) => {
      memory.ordinal = index;
    });
    return {
      objects: memories.flatMap((memory) => memory.objects),
      findings: [...findings, ...memories.flatMap((memory) => memory.findings)],
    };
  }
}

/** Blank, a beginning of what the file held, or without the line end that it had: it is believed once it stays so. */
function seemsHalfWritten(bytes: Buffer, before: Buffer | undefined): boolean {
  if (bytes.every((byte) => byte <= 32)) return true;
  if (before === undefined) return false;
  if (bytes.length < before.length && before.subarray(0, bytes.length).equals(bytes)) return true;
  return before.at(-1) === lineFeed && bytes.at(-1) !== lineFeed;
}

function tooLarge(file: FoundFile, limit: number): Finding {
  return {
    code: 'yaml-limit',
    severity: 'error',
    message: `${file.path} was not read: it has ${mebibytes(file.size)}, and the limit for one file is ${mebibytes(limit)}`,
    hint: 'split it into several files, or leave it out if it is no manifest',
    position: { file: file.path, line: 1, column: 1 },
  };
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 104857.6) / 10} MiB`;
}
