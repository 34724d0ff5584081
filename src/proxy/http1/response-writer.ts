import type { Socket } from 'node:net';
import type { HeaderEdit } from '../filter/headers/compile.ts';
import type { Runtime } from '../runtime.ts';
import { atEndOfTurn, type TurnWriter } from '../time/turn.ts';
import type { ResponseWriter } from './exchange.ts';
import type { ChunkMode } from './chunked.ts';
import type { ResponseHead } from './response-head.ts';
import { responseHeadText } from './write-head.ts';

/** The connection of a client, as the writer of its responses sees it. */
export interface WrittenConnection {
  readonly socket: Socket;
  readonly runtime: Runtime;
  /** The client has ended its side. */
  readonly isHalfClosed: boolean;
  /** Something was sent to a client that has ended its side. */
  answerSoon(): void;
  /** The connection ends after this response. */
  closesAfter(): boolean;
  /** The client is slow; `resume` of the exchange follows. */
  waitForDrain(): void;
}

/** A piece up to this size goes out in the string of its head; greater ones are copied into a buffer of their own. */
const mostInline = 16_384;

/** Writes responses to one client over HTTP/1: gathers small parts in one string, frames bodies that come without framing. */
export class Http1ResponseWriter implements ResponseWriter, TurnWriter {
  chunkMode: ChunkMode = 'reframe';
  private readonly connection: WrittenConnection;
  private gathered = '';
  /** What was gathered goes out at the end of this turn. */
  private isDue = false;
  /** The body comes without framing and goes on in chunks. */
  private wraps = false;

  constructor(connection: WrittenConnection) {
    this.connection = connection;
  }

  /** Begins a response to a client of this minor version. */
  begin(minor: number): void {
    this.chunkMode = minor === 1 ? 'reframe' : 'unwrap';
    this.wraps = false;
  }

  interim(head: ResponseHead): void {
    if (this.chunkMode === 'unwrap') return;
    this.gathered += responseHeadText(head, { edit: undefined, isChunked: false, closes: false, viaLine: '' });
  }

  head(head: ResponseHead, edit: HeaderEdit | undefined): void {
    const takesChunks = this.chunkMode === 'reframe';
    const isFramedAnew = head.framing === 'close' || head.framing === 'chunked';
    this.wraps = head.framing === 'close' && takesChunks;
    this.gathered += responseHeadText(head, { edit, isChunked: isFramedAnew && takesChunks, closes: this.connection.closesAfter(), viaLine: this.viaLine() });
  }

  switchOver(head: ResponseHead, edit: HeaderEdit | undefined): void {
    this.gathered += responseHeadText(head, { edit, isChunked: false, closes: false, viaLine: this.viaLine() });
    this.flush();
  }

  private viaLine(): string {
    const { via } = this.connection.runtime.options;
    return via === undefined ? '' : `via: 1.1 ${via}\r\n`;
  }

  text(text: string): void {
    this.gathered += text;
  }

  bytes(buffer: Buffer, from: number, to: number): void {
    const size = to - from;
    if (this.wraps) this.gathered += `${size.toString(16)}\r\n`;
    if (this.gathered.length + size <= mostInline) this.gathered += buffer.toString('latin1', from, to);
    else {
      const copy = Buffer.allocUnsafeSlow(size);
      buffer.copy(copy, 0, from, to);
      this.write(copy);
    }
    if (this.wraps) this.gathered += '\r\n';
  }

  lend(buffer: Buffer, from: number, to: number): void {
    const size = to - from;
    // Only a write that fills the socket's own measure is sure to be followed by `drain`.
    if (size < this.connection.socket.writableHighWaterMark) return this.bytes(buffer, from, to);
    if (this.wraps) this.gathered += `${size.toString(16)}\r\n`;
    this.write(buffer.subarray(from, to));
    if (this.wraps) this.gathered += '\r\n';
  }

  /** What was gathered and a piece, in one system call. */
  private write(piece: Buffer): void {
    const { socket } = this.connection;
    if (this.gathered === '') return void socket.write(piece);
    socket.cork();
    socket.write(this.gathered, 'latin1');
    this.gathered = '';
    socket.write(piece);
    socket.uncork();
  }

  end(trailers: string): void {
    if (!this.wraps) return;
    this.gathered += `0\r\n${trailers}\r\n`;
    this.flush();
  }

  /** An answer that no backend made, whole or a part that comes before it. */
  own(text: string): void {
    this.gathered += text;
    this.flush();
  }

  flush(): boolean {
    const { socket } = this.connection;
    if (this.gathered.length > mostInline) this.writeNow();
    else if (this.gathered !== '' && !this.isDue) {
      this.isDue = true;
      atEndOfTurn(this);
    }
    if (this.connection.isHalfClosed) this.connection.answerSoon();
    // The kernel mostly takes all at once; the event that says so follows later.
    if (!socket.writableNeedDrain || socket.writableLength === 0) return true;
    this.connection.waitForDrain();
    return false;
  }

  writeOut(): void {
    this.isDue = false;
    this.writeNow();
  }

  /** Writes what was gathered, before the connection ends or something else is written. */
  writeNow(): void {
    const { socket } = this.connection;
    if (this.gathered === '') return;
    const text = this.gathered;
    this.gathered = '';
    if (!socket.writable) return;
    socket.write(text, 'latin1');
    if (socket.writableNeedDrain && socket.writableLength > 0) this.connection.waitForDrain();
  }
}
