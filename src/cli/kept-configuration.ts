import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { makeFolder } from './make-folder.ts';
import { Paced } from './paced.ts';

/** Named entries that are kept. */
export interface Keepable {
  names(): Iterable<string>;
  /** These entries, or that they are gone, as a line of text without its end. */
  save(names: Iterable<string>): string;
}

/** Endpoints may change many times a second. Milliseconds. */
const usualGapMs = 1000;
/** Entries that are written between two turns of the loop, since the traffic waits for them. */
const sliceLength = 64;
/** A file that has grown by its own length is written anew, but not a small one. Bytes. */
const leastGrowth = 1 << 20;

export interface KeptOptions {
  readonly gapMs?: number;
  readonly leastGrowth?: number;
}

/**
 * Keeps a configuration from start to start, as lines of which each has entries that changed; nobody but this user may read it, since keys are in it.
 * Without a folder nothing is kept.
 */
export class KeptConfiguration {
  readonly #kept: Keepable;
  readonly #folder: string | undefined;
  readonly #file: string;
  readonly #aside: string;
  #asideSize = 0;
  readonly #onTrouble: (message: string) => void;
  readonly #leastGrowth: number;
  readonly #writes: Paced<undefined>;
  readonly #waiting = new Set<string>();
  /** Of the file when it was last written anew, and how much it has grown; undefined while it isn't ours. Bytes. */
  #size: { readonly whole: number; grown: number } | undefined;
  /** Names of what changed since the file began to be written anew. */
  #since: Set<string> | undefined;

  constructor(folder: string | undefined, kept: Keepable, onTrouble: (message: string) => void, options: KeptOptions = {}) { // oxlint-disable-line max-params -- where, what.
    this.#folder = folder;
    this.#kept = kept;
    this.#file = join(folder ?? '', 'configuration.jsonl');
    this.#aside = `${this.#file}.new`;
    this.#onTrouble = onTrouble;
    this.#leastGrowth = options.leastGrowth ?? leastGrowth;
    this.#writes = new Paced(() => this.#write(), options.gapMs ?? usualGapMs);
  }

  /** The lines of what was kept, the oldest first; a last one that was not written to its end is none. */
  read(): readonly string[] | undefined {
    if (this.#folder === undefined || !existsSync(this.#file)) return undefined;
    const lines = readFileSync(this.#file, 'utf8').split('\n').slice(0, -1);
    return lines.length === 0 ? undefined : lines;
  }

  /** Writes what these entries are then, at once or when the last writing is long enough ago. */
  write(names: Iterable<string>): void {
    if (this.#folder === undefined) return;
    for (const name of names) this.#waiting.add(name);
    if (this.#waiting.size > 0) this.#writes.push(undefined);
  }

  /** Writes what still waits. */
  flush(): void {
    this.#writes.flush();
    if (this.#size === undefined && this.#since !== undefined) {
      this.#tried(() => {
        this.#begin();
        this.#add(this.#kept.names());
        this.#end();
      });
    }
    this.#since = undefined;
  }

  #write(): void {
    const names = [...this.#waiting];
    this.#waiting.clear();
    for (const name of names) this.#since?.add(name);
    const size = this.#size;
    if (size !== undefined) this.#tried(() => { size.grown += this.#append(this.#file, names); });
    if (this.#since === undefined && (this.#size === undefined || this.#size.grown > Math.max(this.#size.whole, this.#leastGrowth))) void this.#renew();
  }

  /** Writes all of it anew, a slice a turn; what changes meanwhile comes last. */
  async #renew(): Promise<void> {
    const since = this.#since = new Set<string>();
    let isGood = this.#tried(() => this.#begin());
    const names = [...this.#kept.names()];
    for (let at = 0; isGood && at < names.length; at += sliceLength) {
      isGood = this.#tried(() => this.#add(names.slice(at, at + sliceLength)));
      await nextTurn(); // oxlint-disable-line no-await-in-loop -- so that others have their turn.
      if (this.#since !== since) return;
    }
    if (isGood) this.#tried(() => {
      this.#add(since);
      this.#end();
    });
    this.#since = undefined;
  }

  /** Written aside and moved, so that a half-written one is never found. */
  #begin(): void {
    makeFolder(this.#folder!);
    writeFileSync(this.#aside, '', { mode: 0o600 });
    this.#asideSize = 0;
  }

  #add(names: Iterable<string>): void {
    this.#asideSize += this.#append(this.#aside, names);
  }

  #end(): void {
    renameSync(this.#aside, this.#file);
    this.#size = { whole: this.#asideSize, grown: 0 };
  }

  /** The bytes that came to the file. */
  #append(file: string, names: Iterable<string>): number {
    const line = `${this.#kept.save(names)}\n`;
    appendFileSync(file, line);
    return Buffer.byteLength(line);
  }

  /** Whether it could be written; if not, whatever is there now is not all of it. */
  #tried(write: () => void): boolean {
    try {
      write();
      return true;
    } catch (error) {
      this.#size = undefined;
      this.#onTrouble(`the configuration could not be kept in ${this.#folder}: ${error instanceof Error ? error.message : String(error)}`);
      return false;
    }
  }
}
