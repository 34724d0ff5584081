import type { Socket } from 'node:net';

/** Longer than anything takes on a loaded machine; then the wait fails and says what had come. */
const patienceMs = 20_000;

/** One connection, read by whoever asks: lines, counts of bytes, or until something has come. */
export class Wire {
  readonly socket: Socket;
  #held: Buffer = Buffer.alloc(0);
  #hasEnded = false;
  #hasClosed = false;
  #wake: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#held = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
      this.#tell();
    });
    socket.on('end', () => {
      this.#hasEnded = true;
      this.#tell();
    });
    socket.on('close', () => {
      this.#hasEnded = true;
      this.#hasClosed = true;
      this.#tell();
    });
    // A reset shows as an end before its time, which is what readers ask about.
    socket.on('error', () => socket.destroy());
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  get hasClosed(): boolean {
    return this.#hasClosed;
  }

  /** What has come and was not taken yet, latin1. */
  get held(): string {
    return this.#held.toString('latin1');
  }

  /** The next line without its CRLF, latin1. */
  async line(): Promise<string> {
    await this.until(() => this.#held.includes('\r\n'), 'a line');
    const end = this.#held.indexOf('\r\n');
    return this.#cut(end + 2).toString('latin1', 0, end);
  }

  async take(count: number): Promise<Buffer> {
    await this.until(() => this.#held.length >= count, `${count} bytes`);
    return this.#cut(count);
  }

  /** Everything up to the other side's end. */
  async rest(): Promise<Buffer> {
    await this.until(() => this.#hasEnded, 'the end');
    return this.#cut(this.#held.length);
  }

  /** What is there now. */
  takeHeld(): Buffer {
    return this.#cut(this.#held.length);
  }

  /** Resolves once `holds`; rejects when the other side ends first, or nothing more comes for too long. */
  until(holds: () => boolean, what: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${what} did not come; there is ${JSON.stringify(this.held.slice(0, 500))}`)), patienceMs);
      const check = (): void => {
        if (!holds() && !this.#hasEnded) {
          this.#wake.push(check);
          return;
        }
        clearTimeout(late);
        if (holds()) resolve();
        else reject(new Error(`the connection ended before ${what}; there is ${JSON.stringify(this.held.slice(0, 500))}`));
      };
      check();
    });
  }

  #cut(count: number): Buffer {
    const taken = this.#held.subarray(0, count);
    this.#held = this.#held.subarray(count);
    return taken;
  }

  #tell(): void {
    for (const check of this.#wake.splice(0)) check();
  }
}
