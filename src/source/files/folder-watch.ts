import { watch as watchFolder, type FSWatcher } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Finding, Snapshot } from '../../contract/index.ts';
import type { WatchTarget } from './list-files.ts';
import type { Load, Loader } from './loader.ts';

export interface WatchTimes {
  /** Quiet time after an event before the files are read, in milliseconds. */
  readonly quietMs: number;
  /** The longest wait after the first event, in milliseconds. */
  readonly longestMs: number;
  /** When to look again at what seems gone, in milliseconds. */
  readonly doubtMs: number;
  /** How often to look without any event, for file systems that send none, in milliseconds. */
  readonly pollMs: number;
}

interface OpenWatcher {
  readonly folder: string;
  readonly watcher: FSWatcher;
  readonly inode: string;
  names: ReadonlySet<string> | undefined;
}

/** Keeps a snapshot current. Events only say when to look; what changed is found by looking. */
export class FolderWatch {
  readonly #loader: Loader;
  readonly #times: WatchTimes;
  readonly #onChange: (snapshot: Snapshot) => void;
  readonly #watchers = new Map<string, OpenWatcher>();
  readonly #troubles = new Map<string, Finding>();
  #last: Snapshot = { objects: [], findings: [] };
  /** Absolute paths that events named since the last look; undefined where everything must be looked at. */
  #changed: Set<string> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;
  #firstEventAt: number | undefined;
  #lookedEverywhereAt = -Infinity;
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(loader: Loader, times: WatchTimes, onChange: (snapshot: Snapshot) => void) {
    this.#loader = loader;
    this.#times = times;
    this.#onChange = onChange;
  }

  /** Reads everything once and begins to watch; the first snapshot is not handed to `onChange` unless it differs from `known`. */
  async start(known: Snapshot | undefined): Promise<void> {
    if (known !== undefined) this.#last = known;
    await this.#look();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
    await this.#running;
  }

  #look(): Promise<void> {
    this.#running ??= this.#lookOnce().finally(() => {
      this.#running = undefined;
      if (this.#dueAt === Infinity) this.#plan(this.#times.pollMs);
    });
    return this.#running;
  }

  async #lookOnce(): Promise<void> {
    const now = performance.now();
    const changed = this.#firstEventAt === undefined || now - this.#lookedEverywhereAt > this.#times.pollMs ? undefined : this.#changed;
    if (changed === undefined) this.#lookedEverywhereAt = now;
    this.#dueAt = Infinity;
    this.#firstEventAt = undefined;
    this.#changed = new Set();
    const load = await this.#loader.load({ patient: true, changed });
    if (this.#closed) return;
    if (this.#watchTargets(load)) this.#lookEverywhereIn(this.#times.quietMs);
    if (load.inDoubt) this.#lookEverywhereIn(this.#times.doubtMs);
    const snapshot = this.#troubles.size === 0 ? load.snapshot : { ...load.snapshot, findings: [...load.snapshot.findings, ...this.#troubles.values()] };
    if (sameSnapshot(this.#last, snapshot)) return;
    this.#last = snapshot;
    this.#onChange(snapshot);
  }

  #onEvent(target: OpenWatcher, name: string | null): void {
    if (name !== null && target.names?.has(name) === false) return;
    if (name === null) this.#changed = undefined;
    else this.#changed?.add(join(target.folder, name));
    const now = performance.now();
    this.#firstEventAt ??= now;
    this.#plan(Math.max(0, Math.min(this.#times.quietMs, this.#firstEventAt + this.#times.longestMs - now)));
  }

  #lookEverywhereIn(delayMs: number): void {
    this.#changed = undefined;
    if (performance.now() + delayMs < this.#dueAt) this.#plan(delayMs);
  }

  /** Plans the next look in place of the one that was planned. */
  #plan(delayMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#dueAt = performance.now() + delayMs;
    this.#timer = setTimeout(() => void this.#due(), delayMs);
  }

  /** A look that falls into a running one begins when that has ended. */
  async #due(): Promise<void> {
    await this.#running;
    if (!this.#closed) await this.#look();
  }

  /** Opens and closes watchers to fit; true where one was opened, for what came before it was not seen. */
  #watchTargets(load: Load): boolean {
    let opened = false;
    for (const [folder, open] of this.#watchers) {
      if (load.targets.get(folder)?.inode === open.inode) continue;
      open.watcher.close();
      this.#watchers.delete(folder);
    }
    for (const [folder, target] of load.targets) {
      const open = this.#watchers.get(folder);
      if (open !== undefined) open.names = target.names;
      else opened = this.#open(folder, target) || opened;
    }
    for (const folder of this.#troubles.keys()) if (!load.targets.has(folder)) this.#troubles.delete(folder);
    return opened;
  }

  #open(folder: string, target: WatchTarget): boolean {
    try {
      const open: OpenWatcher = { folder, watcher: watchFolder(folder), inode: target.inode, names: target.names };
      open.watcher.on('change', (_kind, name) => this.#onEvent(open, name === null ? null : String(name)));
      open.watcher.on('error', () => {
        open.watcher.close();
        if (this.#watchers.get(folder) === open) this.#watchers.delete(folder);
        this.#lookEverywhereIn(this.#times.quietMs);
      });
      this.#watchers.set(folder, open);
      return true;
    } catch (error) {
      this.#troubles.set(folder, notWatched(folder, error, this.#times.pollMs));
      return false;
    }
  }
}

function sameSnapshot(a: Snapshot, b: Snapshot): boolean {
  return hasSameObjects(a, b) && (a.findings === b.findings || isDeepStrictEqual(a.findings, b.findings));
}

function hasSameObjects({ id, objects: before }: Snapshot, { objects, since }: Snapshot): boolean {
  if (before === objects) return true;
  if (since !== undefined && since.earlier === id) return since.gone.length + since.come.length === 0;
  return before.length === objects.length && before.every((object, index) => object === objects[index]);
}

function notWatched(folder: string, error: unknown, pollMs: number): Finding {
  const code = (error as { code?: unknown } | null)?.code;
  const full = code === 'ENOSPC' || code === 'EMFILE';
  return {
    code: 'file-unreadable',
    severity: 'warning',
    message: `changes in ${folder} are noticed only every ${pollMs / 1000} seconds: ${full ? 'the system allows no more watches' : String(code ?? error)}`,
    ...(full ? { hint: 'raise fs.inotify.max_user_watches and max_user_instances' } : {}),
  };
}
