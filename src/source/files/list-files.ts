import { lstatSync, readdirSync, readlinkSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs';
import { basename, dirname, isAbsolute, join, matchesGlob, normalize, resolve, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { Finding } from '../../contract/index.ts';
import { unreadable } from './unreadable.ts';

/** A file to read, by the path as a person would type it. */
export interface FoundFile {
  readonly path: string;
  readonly size: number;
  /** Changes when the file is written, replaced or linked elsewhere; `stream` for what can be read only once. */
  readonly stamp: string;
  /** When the content last changed, in milliseconds since 1970, by the file system's clock. */
  readonly changedAt: number;
}

/** A folder whose events matter; with `names`, only events of those entries. */
export interface WatchTarget {
  readonly inode: string;
  readonly names: ReadonlySet<string> | undefined;
}

export interface Listing {
  readonly files: FoundFile[];
  /** By folder path. */
  readonly targets: ReadonlyMap<string, WatchTarget>;
  readonly findings: readonly Finding[];
}

/** The name of standard input in positions. */
export const standardInput = '<stdin>';

const manifestName = /\.(?:ya?ml|json)$/i;
const globSign = /[*?[{]/;
const entriesPerTurn = 256;

/**
 * Finds the files of `inputs` in reading order: files, folders (recursive, `.yaml`, `.yml` and `.json`, by name) and globs.
 * Hidden entries and `node_modules` are skipped; links to folders are followed once. Yields to the event loop between slices.
 */
export async function listFiles(inputs: readonly string[]): Promise<Listing> {
  const walk = new Walk();
  for (const input of inputs) {
    if (input === '-') walk.addStandardInput();
    else await walk.addInput(normalize(input));
  }
  return walk;
}

/** What a listing knows of one file. */
export function foundFile(path: string, stats: Stats): FoundFile {
  if (!stats.isFile()) return { path, size: 0, stamp: 'stream', changedAt: 0 };
  return { path, size: stats.size, stamp: `${stats.dev}:${stats.ino}:${stats.size}:${stats.mtimeMs}:${stats.ctimeMs}`, changedAt: Math.max(stats.mtimeMs, stats.ctimeMs) };
}

class Walk implements Listing {
  readonly files: FoundFile[] = [];
  readonly targets = new Map<string, WatchTarget>();
  readonly findings: Finding[] = [];
  readonly #seen = new Set<string>();
  #entries = 0;

  addStandardInput(): void {
    if (!this.#seen.has(standardInput)) this.files.push({ path: standardInput, size: 0, stamp: 'stream', changedAt: 0 });
    this.#seen.add(standardInput);
  }

  async addInput(input: string): Promise<void> {
    const stats = statSync(input, { throwIfNoEntry: false });
    if (stats === undefined && globSign.test(input)) return this.#addGlob(input);
    this.#watchLinks(input);
    if (stats === undefined) this.findings.push(unreadable(input, { code: 'ENOENT' }));
    else if (!stats.isDirectory()) this.#addFile(input, stats);
    else {
      const before = this.files.length + this.findings.length + this.#seen.size;
      const folder = input.length > 1 && input.endsWith(sep) ? input.slice(0, -1) : input;
      await this.#addFolder(folder, { depth: Infinity, accepts: (path) => manifestName.test(path), trail: [] });
      if (this.files.length + this.findings.length + this.#seen.size === before) this.findings.push(emptyFolder(folder));
    }
  }

  async #addGlob(pattern: string): Promise<void> {
    const steps = pattern.split(sep);
    const first = steps.findIndex((step) => globSign.test(step));
    const folder = steps.slice(0, first).join(sep) || (isAbsolute(pattern) ? sep : '.');
    const depth = steps.includes('**') ? Infinity : steps.length - first - 1;
    const before = this.files.length + this.findings.length;
    const seen = this.#seen.size;
    this.#watchLinks(folder);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) {
      await this.#addFolder(folder, { depth, accepts: (path) => matchesGlob(path, pattern), trail: [] });
    }
    if (this.files.length + this.findings.length === before && this.#seen.size === seen) {
      this.findings.push({ code: 'file-unreadable', severity: 'error', message: `no file matches ${pattern}`, hint: 'check the path; hidden files and node_modules are not searched' });
    }
  }

  async #addFolder(folder: string, rules: { readonly depth: number; readonly accepts: (path: string) => boolean; readonly trail: readonly string[] }): Promise<void> {
    let entries: Dirent[];
    let real: string;
    try {
      real = realpathSync(folder);
      if (rules.trail.includes(real)) return;
      this.#watch(folder, undefined);
      entries = readdirSync(folder, { withFileTypes: true });
    } catch (error) {
      this.findings.push(unreadable(folder, error));
      return;
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      const path = join(folder, entry.name);
      this.#entries += 1;
      if (this.#entries % entriesPerTurn === 0) await setImmediate();
      if (entry.isDirectory() || entry.isSymbolicLink()) {
        const stats = statSync(path, { throwIfNoEntry: false });
        if (stats?.isDirectory() === true) {
          if (rules.depth > 0) await this.#addFolder(path, { ...rules, depth: rules.depth - 1, trail: [...rules.trail, real] });
          continue;
        }
      }
      if (rules.accepts(path)) this.#addFound(path);
    }
  }

  #addFound(path: string): void {
    try {
      const stats = statSync(path, { throwIfNoEntry: false });
      if (stats === undefined) {
        if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) this.findings.push(unreadable(path, { code: 'ENOENT' }));
      } else if (stats.isFile()) this.#addFile(path, stats);
    } catch (error) {
      this.findings.push(unreadable(path, error));
    }
  }

  #addFile(path: string, stats: Stats): void {
    const key = resolve(path);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.files.push(foundFile(path, stats));
  }

  /** Watches what would change which file an input's path leads to: its parent folder, and those of every link on the way. */
  #watchLinks(input: string): void {
    let path = resolve(input);
    for (let hops = 0; hops < 16; hops += 1) {
      const link = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
      this.#watch(existingFolder(dirname(path)), link ? undefined : new Set([basename(path)]));
      if (!link) return;
      path = resolve(dirname(path), readlinkSync(path));
    }
  }

  #watch(folder: string, names: ReadonlySet<string> | undefined): void {
    const key = resolve(folder);
    const stats = statSync(key, { throwIfNoEntry: false });
    if (stats === undefined) return;
    const known = this.targets.get(key);
    const all = known === undefined ? names : known.names === undefined || names === undefined ? undefined : new Set([...known.names, ...names]);
    this.targets.set(key, { inode: `${stats.dev}:${stats.ino}`, names: all });
  }
}

/** The folder itself, or the nearest one above that exists: its events tell when the missing one may be back. */
function existingFolder(folder: string): string {
  let path = folder;
  while (statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true && dirname(path) !== path) path = dirname(path);
  return path;
}

function emptyFolder(folder: string): Finding {
  return { code: 'file-unreadable', severity: 'warning', message: `the folder ${folder} holds no .yaml, .yml or .json file`, hint: 'name the folder that holds the manifests; hidden files and node_modules are not searched' };
}
