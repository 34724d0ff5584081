import { isHopeless } from './scan-head.ts';
import { hexValue } from './tables.ts';
import { allowedTrailers } from './trailers.ts';

/** Where a decoder puts what may go on. `bytes` is only valid during the call. */
export interface BodySink {
  bytes(buffer: Buffer, from: number, to: number): void;
  text(text: string): void;
}

export type ChunkFault = 'bad-chunk' | 'bad-trailer';

/** `reframe` keeps the chunked coding, made canonical; `unwrap` leaves only the content. */
export type ChunkMode = 'reframe' | 'unwrap';

export interface ChunkLimits {
  readonly trailerBytes: number;
  readonly headerCount: number;
}

const chunkExtensions = /^(?:;[!#$%&'*+.^_`|~0-9A-Za-z-]+(?:=(?:[!#$%&'*+.^_`|~0-9A-Za-z-]+|"(?:[\t \x21\x23-\x5b\x5d-\x7e\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)*$/;
const mostExtensionBytes = 256;
/** Eight hexadecimal digits, 4 GiB: readers with 32 bits and readers with 64 agree on the size. */
const mostDigits = 8;

type State = 'size' | 'extension' | 'size-lf' | 'data' | 'data-cr' | 'data-lf' | 'trailer' | 'done' | 'failed';

/**
 * Strict decoder of the chunked coding (RFC 9112 section 7.1), fed with pieces cut anywhere. Content goes on as ranges of the
 * buffer that was fed; in mode `reframe` size lines that are canonical and whole go with it, others are written anew without
 * their extensions, so the next hop never sees framing that was not checked.
 */
export class ChunkedDecoder {
  fault: ChunkFault | undefined;
  /** Content bytes so far. */
  size = 0;
  /** Trailer lines that may go on, each with CRLF, once the body is complete; in mode `reframe` they go on with it. */
  trailers = '';
  private state: State = 'size';
  private remaining = 0;
  private digits = 0;
  private extension = '';
  private trailer = '';
  /** Start of the range of the current buffer that is to go on; -1 for none. */
  private run = -1;
  /** Start of the current size line in the current buffer; -1 where it began in an earlier one. */
  private line = -1;
  private readonly mode: ChunkMode;
  private readonly limits: ChunkLimits;
  private readonly hopNames: readonly string[];

  /** `hopNames`: what Connection takes out, of the trailers too. */
  constructor(mode: ChunkMode, limits: ChunkLimits, hopNames: readonly string[] = []) {
    this.hopNames = hopNames;
    this.mode = mode;
    this.limits = limits;
  }

  get isDone(): boolean {
    return this.state === 'done';
  }

  /** Reads up to `to` and answers where it stopped: at `to`, after the end of the body, or at a fault. */
  feed(buffer: Buffer, from: number, to: number, sink: BodySink): number {
    let at = from;
    this.run = -1;
    this.line = this.state === 'size' && this.digits === 0 ? from : -1;
    while (at < to && this.state !== 'done' && this.state !== 'failed') {
      at = this.state === 'data' ? this.readData(buffer, at, to, sink)
        : this.state === 'trailer' ? this.readTrailer(buffer, at, to, sink) : this.readFraming(buffer, at, sink);
    }
    const inLine = this.state === 'size' || this.state === 'extension' || this.state === 'size-lf';
    if (this.run >= 0) this.flush(buffer, inLine && this.line >= 0 ? this.line : at, sink);
    return at;
  }

  private flush(buffer: Buffer, to: number, sink: BodySink): void {
    if (this.run >= 0 && to > this.run) sink.bytes(buffer, this.run, to);
    this.run = -1;
  }

  private readData(buffer: Buffer, at: number, to: number, sink: BodySink): number {
    const end = Math.min(to, at + this.remaining);
    if (this.run < 0) this.run = at;
    this.remaining -= end - at;
    this.size += end - at;
    if (this.remaining === 0) {
      this.state = 'data-cr';
      if (this.mode === 'unwrap') this.flush(buffer, end, sink);
    }
    return end;
  }

  /** One byte of a size line, or of the line break after the data of a chunk. */
  private readFraming(buffer: Buffer, at: number, sink: BodySink): number {
    const byte = buffer[at] as number;
    switch (this.state) {
      case 'size': return this.readSize(byte, at);
      case 'extension':
        if (byte === 13) this.state = chunkExtensions.test(this.extension) ? 'size-lf' : this.fail('bad-chunk');
        else if (this.extension.length >= mostExtensionBytes) this.fail('bad-chunk');
        else this.extension += String.fromCharCode(byte);
        break;
      case 'size-lf':
        if (byte === 10) this.beginChunk(buffer, at + 1, sink);
        else this.fail('bad-chunk');
        break;
      case 'data-cr':
        if (this.mode === 'reframe' && this.run < 0) this.run = at;
        this.state = byte === 13 ? 'data-lf' : this.fail('bad-chunk');
        break;
      default:
        if (this.mode === 'reframe' && this.run < 0) this.run = at;
        this.state = byte === 10 ? 'size' : this.fail('bad-chunk');
        this.digits = 0;
        this.line = at + 1;
    }
    return at + 1;
  }

  private readSize(byte: number, at: number): number {
    const digit = hexValue[byte] as number;
    if (digit < 16 && this.digits < mostDigits) {
      this.remaining = this.digits === 0 ? digit : this.remaining * 16 + digit;
      this.digits++;
    } else if (this.digits > 0 && byte === 13) this.state = 'size-lf';
    else if (this.digits > 0 && byte === 59) {
      this.state = 'extension';
      this.extension = ';';
    } else this.fail('bad-chunk');
    return at + 1;
  }

  private beginChunk(buffer: Buffer, next: number, sink: BodySink): void {
    if (this.remaining === 0) {
      if (this.line >= 0) this.flush(buffer, this.line, sink);
      this.state = 'trailer';
      return;
    }
    this.state = 'data';
    if (this.mode === 'unwrap') return;
    if (this.line >= 0 && this.extension === '') {
      if (this.run < 0) this.run = this.line;
      return;
    }
    if (this.line >= 0) this.flush(buffer, this.line, sink);
    sink.text(`${this.remaining.toString(16)}\r\n`);
    this.extension = '';
    this.run = next;
  }

  private readTrailer(buffer: Buffer, at: number, to: number, sink: BodySink): number {
    const before = this.trailer.length;
    const room = this.limits.trailerBytes - before;
    this.trailer += buffer.toString('latin1', at, Math.min(to, at + room));
    const { trailer } = this;
    const breakAt = trailer.startsWith('\r\n') ? 0 : trailer.indexOf('\r\n\r\n', Math.max(0, before - 3));
    if (breakAt < 0) {
      if (trailer.length >= this.limits.trailerBytes || isHopeless(trailer, before)) this.fail('bad-trailer');
      return to;
    }
    const end = breakAt === 0 ? 2 : breakAt + 4;
    const lines = allowedTrailers(trailer.slice(0, end), this.limits.headerCount, this.hopNames);
    if (lines === undefined) {
      this.fail('bad-trailer');
      return to;
    }
    this.state = 'done';
    if (this.mode === 'reframe') sink.text(`0\r\n${lines}\r\n`);
    else this.trailers = lines;
    return at + end - before;
  }

  private fail(fault: ChunkFault): 'failed' {
    this.fault = fault;
    this.run = -1;
    this.state = 'failed';
    return 'failed';
  }
}

/** A piece of a body as a chunk. */
export function chunkOf(piece: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`, 'latin1'), piece, Buffer.from('\r\n', 'latin1')]);
}
