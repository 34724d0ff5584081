import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from './make-folder.ts';
import { Paced } from './paced.ts';

/** Endpoints may change many times a second, and all of it is written each time. Milliseconds. */
const usualGapMs = 1000;

/** Keeps a configuration from start to start; nobody but this user may read it, since keys are in it. Without a folder nothing is kept. */
export class KeptConfiguration {
  readonly #file: string | undefined;
  readonly #folder: string | undefined;
  readonly #onTrouble: (message: string) => void;
  readonly #writes: Paced<() => string>;

  constructor(folder: string | undefined, onTrouble: (message: string) => void, gapMs = usualGapMs) {
    this.#folder = folder;
    this.#file = folder === undefined ? undefined : join(folder, 'configuration.json');
    this.#onTrouble = onTrouble;
    this.#writes = new Paced((text) => this.#keep(text), gapMs);
  }

  read(): string | undefined {
    return this.#file !== undefined && existsSync(this.#file) ? readFileSync(this.#file, 'utf8') : undefined;
  }

  /** Writes what `text` gives then, at once or when the last writing is long enough ago. */
  write(text: () => string): void {
    this.#writes.push(text);
  }

  /** Writes what still waits. */
  flush(): void {
    this.#writes.flush();
  }

  #keep(text: () => string): void {
    if (this.#file === undefined) return;
    const whole = text();
    try {
      makeFolder(this.#folder!);
      // Written aside and moved, so that a half-written one is never found.
      writeFileSync(`${this.#file}.new`, whole, { mode: 0o600 });
      renameSync(`${this.#file}.new`, this.#file);
    } catch (error) {
      this.#onTrouble(`the configuration could not be kept in ${this.#folder}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
