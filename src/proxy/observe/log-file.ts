import { close, closeSync, fstatSync, open, openSync, stat, write, writeSync } from 'node:fs';

/** What waits at most while the system is slow, characters; more is dropped and counted. */
const mostWaiting = 8 << 20;
/** One write, characters; and into a pipe, which other processes may write to: up to this size nothing comes between (POSIX PIPE_BUF). */
const mostAtOnce = 1 << 18;
const mostIntoPipe = 4096;
/** How long lines gather. */
const gatherMs = 50;
/** How often it is looked whether the file was renamed. */
const lookMs = 1000;
/** How long a pipe that takes nothing is left alone. */
const fullMs = 20;
const mode = 0o640;

/** Where lines go: standard output (`-`) or a file, which is made anew where somebody renamed it. Nobody waits for it. */
export class LogFile {
  private readonly path: string;
  private readonly onDropped: (lines: number) => void;
  private fd: number;
  private waiting: string[] = [];
  private size = 0;
  private timer: NodeJS.Timeout | undefined;
  private isWriting = false;
  private isClosed = false;
  private lookedAt = performance.now();
  private readonly isPipe: boolean;

  /** Throws the system's error where the file cannot be opened. */
  constructor(path: string, onDropped: (lines: number) => void) {
    this.path = path;
    this.onDropped = onDropped;
    this.fd = path === '-' ? 1 : openSync(path, 'a', mode);
    this.isPipe = fstatSync(this.fd).isFIFO();
  }

  /** Takes one line with its line feed. */
  add(line: string): void {
    if (this.size + line.length > mostWaiting || this.isClosed) return this.onDropped(1);
    this.waiting.push(line);
    this.size += line.length;
    this.timer ??= setTimeout(() => this.flush(), gatherMs);
  }

  /** Writes what has gathered; one write after the other. */
  private flush(): void {
    this.timer = undefined;
    if (this.isWriting || this.waiting.length === 0 || this.isClosed) return;
    this.isWriting = true;
    if (this.path === '-' || performance.now() - this.lookedAt < lookMs) this.writeNext();
    else this.look(() => this.writeNext());
  }

  private writeNext(): void {
    const lines = this.takeLines();
    this.writeAll(Buffer.from(lines.join('')), lines.length);
  }

  /** As many lines as go at once; at least one. */
  private takeLines(): string[] {
    const most = this.isPipe ? mostIntoPipe : mostAtOnce;
    let size = 0;
    let count = 0;
    for (; count < this.waiting.length; count++) {
      const line = this.waiting[count] as string;
      // Bytes only matter where the system counts them.
      size += this.isPipe ? Buffer.byteLength(line) : line.length;
      if (size > most && count > 0) break;
    }
    const lines = this.waiting.splice(0, count);
    for (const { length } of lines) this.size -= length;
    return lines;
  }

  private writeAll(bytes: Buffer, lines: number): void {
    write(this.fd, bytes, (error, written) => {
      if (error?.code === 'EAGAIN' && !this.isClosed) setTimeout(() => this.writeAll(bytes, lines), fullMs);
      else if (error === null && written < bytes.length) this.writeAll(bytes.subarray(written), lines);
      else {
        if (error !== null) this.onDropped(lines);
        this.isWriting = false;
        if (this.isClosed) this.closeFile();
        else if (this.waiting.length > 0) this.flush();
      }
    });
  }

  /** Goes over to a new file where the path no longer leads to the one that is open. */
  private look(then: () => void): void {
    this.lookedAt = performance.now();
    stat(this.path, (error, found) => {
      if (this.isClosed) return then();
      const own = fstatSync(this.fd);
      if (error === null && found.ino === own.ino && found.dev === own.dev) return then();
      open(this.path, 'a', mode, (failure, fd) => {
        // A folder that is gone for a moment is no reason to lose the file that is open.
        if (failure === null && !this.isClosed) {
          close(this.fd);
          this.fd = fd;
        }
        then();
      });
    });
  }

  /** Writes what waits, as far as the system takes it at once, and ends. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    clearTimeout(this.timer);
    const count = this.waiting.length;
    try {
      for (let bytes = Buffer.from(this.waiting.splice(0).join('')); bytes.length > 0;) bytes = bytes.subarray(writeSync(this.fd, bytes));
    } catch {
      this.onDropped(count);
    }
    if (!this.isWriting) this.closeFile();
  }

  private closeFile(): void {
    if (this.path !== '-') closeSync(this.fd);
  }
}
