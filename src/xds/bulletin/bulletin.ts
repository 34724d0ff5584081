import type { ServerHttp2Stream } from 'node:http2';

export const bulletinPath = '/postern.dev/bulletin';

/** What one replica of the control plane tells the others: texts by key, each reader getting all of them and then what changes, as lines of JSON. */
export class Bulletin {
  readonly #texts = new Map<string, string>();
  readonly #readers = new Set<Reader>();

  /** `undefined`: nothing is said of the key any more. */
  set(key: string, text: string | undefined): void {
    if (this.#texts.get(key) === text) return;
    if (text === undefined) this.#texts.delete(key);
    else this.#texts.set(key, text);
    for (const reader of this.#readers) reader.tell(key);
  }

  /** Tells a reader until it goes. */
  open(stream: ServerHttp2Stream): void {
    const reader = new Reader(stream, (key) => this.#texts.get(key));
    this.#readers.add(reader);
    stream.once('close', () => this.#readers.delete(reader));
    stream.respond({ ':status': 200, 'content-type': 'application/jsonl' });
    for (const key of this.#texts.keys()) reader.tell(key);
  }
}

/** One who is slow gets the newest text next, and not every text between. */
class Reader {
  readonly #stream: ServerHttp2Stream;
  readonly #textOf: (key: string) => string | undefined;
  readonly #due = new Set<string>();
  #isFull = false;

  constructor(stream: ServerHttp2Stream, textOf: (key: string) => string | undefined) {
    this.#stream = stream;
    this.#textOf = textOf;
    stream.on('drain', () => {
      this.#isFull = false;
      this.#write();
    });
  }

  tell(key: string): void {
    this.#due.add(key);
    this.#write();
  }

  #write(): void {
    for (const key of this.#due) {
      if (this.#isFull || this.#stream.destroyed) return;
      this.#due.delete(key);
      this.#isFull = !this.#stream.write(`${JSON.stringify([key, this.#textOf(key) ?? null])}\n`);
    }
  }
}
