import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { listChange } from '../../base/index.ts';
import type { Finding, Snapshot, SnapshotChange } from '../../contract/index.ts';
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
  /** In the order of the snapshot. */
  #memories: readonly FileMemory[] = [];
  #snapshot: Snapshot = { id: {}, objects: [], findings: [] };
  /** Places in the listing, by absolute path and by path. */
  #indexes: ReadonlyMap<string, number> | undefined;
  #places: ReadonlyMap<string, number> = new Map();
  /** Paths of files that may change again without another stamp. */
  readonly #unsettled = new Set<string>();
  /** What files held at the last look that were read since. */
  readonly #before = new Map<FileMemory, Pick<FileMemory, 'objects' | 'findings'>>();
  /** There were findings of the listing at the last look. */
  #saysListing = false;
  /** The memories are others than at the last look. */
  #isArranged = true;
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
    const relisted = changed && this.#relist(changed);
    const listing = relisted ?? await listFiles(this.#inputs);
    const files = relisted === undefined ? listing.files : this.#suspects(listing.files, changed!);
    this.#listing = listing;
    let inDoubt = false;
    for (const file of files) {
      const known = this.#knownOf(file.path);
      if (known.settled && known.stamp === file.stamp) continue;
      inDoubt = (await this.#refresh(known, { file, patient })) || inDoubt;
      if (known.settled) this.#unsettled.delete(file.path);
      else this.#unsettled.add(file.path);
      if (performance.now() > this.#sliceEnd) {
        await setImmediate();
        this.#sliceEnd = performance.now() + sliceMs;
      }
    }
    if (relisted === undefined) inDoubt = this.#arrange(listing.files, patient) || inDoubt;
    return { snapshot: this.#look(listing.findings), targets: listing.targets, inDoubt };
  }

  /** Of a listing with new stamps the files that may have changed. */
  #suspects(files: readonly FoundFile[], changed: ReadonlySet<string>): FoundFile[] {
    const indexes = new Set([...[...changed].map((path) => this.#indexes?.get(path)), ...[...this.#unsettled].map((path) => this.#places.get(path))]);
    return [...indexes].flatMap((index) => (index === undefined ? [] : files[index] ?? []));
  }

  /** Goes over to a new listing; true where something that vanished may come back. */
  #arrange(files: readonly FoundFile[], patient: boolean): boolean { // oxlint-disable-line -- as in the request.
    const found = new Set(files.map((file) => file.path));
    let inDoubt = false;
    for (const [path, known] of this.#known) {
      if (found.has(path)) continue;
      this.#unsettled.delete(path);
      if (patient && !known.missing && known.memory.objects.length > 0) inDoubt = known.missing = true;
      else this.#known.delete(path);
    }
    this.#indexes = undefined;
    this.#places = new Map(files.map((file, index) => [file.path, index]));
    this.#order = this.#inOrder(files);
    this.#setMemories(this.#order.flatMap((path) => this.#known.get(path)?.memory ?? []));
    return inDoubt;
  }

  #setMemories(memories: readonly FileMemory[]): void {
    if (memories.length === this.#memories.length && memories.every((it, index) => it === this.#memories[index])) return;
    memories.forEach((memory, index) => {
      memory.ordinal = index;
    });
    this.#memories = memories;
    this.#isArranged = true;
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
    const { memory } = known;
    if (!this.#before.has(memory)) this.#before.set(memory, { objects: memory.objects, findings: memory.findings });
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

  #look(ofListing: readonly Finding[]): Snapshot {
    const touched = [...this.#before].filter(([memory, before]) => memory.objects !== before.objects);
    const isOther = this.#isArranged || touched.length > 0;
    const saysOther = this.#isArranged || ofListing.length > 0 || [...this.#before].some(([memory, before]) => memory.findings.length + before.findings.length > 0);
    const { id: earlier = {}, findings: said } = this.#snapshot;
    const objects = isOther ? this.#memories.flatMap((memory) => memory.objects) : this.#snapshot.objects;
    const findings = saysOther || this.#saysListing ? [...ofListing, ...this.#memories.flatMap((memory) => memory.findings)] : said;
    const since = this.#isArranged ? undefined : differing(earlier, touched);
    this.#saysListing = ofListing.length > 0;
    this.#before.clear();
    this.#isArranged = false;
    this.#snapshot = { id: {}, objects, findings, ...(since === undefined ? {} : { since }) };
    return this.#snapshot;
  }
}

/** How the snapshot differs, where only what these files hold changed. */
function differing(earlier: object, touched: readonly (readonly [FileMemory, Pick<FileMemory, 'objects'>])[]): SnapshotChange {
  const changes = touched.map(([memory, before]) => listChange(before.objects, memory.objects));
  return { earlier, gone: changes.flatMap((it) => it.gone), come: changes.flatMap((it) => it.come) };
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
