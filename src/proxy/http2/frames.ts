/** Frame types (RFC 9113 section 6). */
export const DATA = 0;
export const HEADERS = 1;
export const PRIORITY = 2;
export const RST_STREAM = 3;
export const SETTINGS = 4;
export const PUSH_PROMISE = 5;
export const PING = 6;
export const GOAWAY = 7;
export const WINDOW_UPDATE = 8;
export const CONTINUATION = 9;

/** Flags; ACK is END_STREAM of SETTINGS and PING. */
export const END_STREAM = 1;
export const ACK = 1;
export const END_HEADERS = 4;
export const PADDED = 8;
export const WITH_PRIORITY = 32;

/** Error codes (RFC 9113 section 7). */
export const NO_ERROR = 0;
export const PROTOCOL_ERROR = 1;
export const INTERNAL_ERROR = 2;
export const FLOW_CONTROL_ERROR = 3;
export const STREAM_CLOSED = 5;
export const FRAME_SIZE_ERROR = 6;
export const REFUSED_STREAM = 7;
export const CANCEL = 8;
export const COMPRESSION_ERROR = 9;
export const ENHANCE_YOUR_CALM = 11;
export const HTTP_1_1_REQUIRED = 13;

/** Settings (RFC 9113 section 6.5.2). */
export const HEADER_TABLE_SIZE = 1;
export const ENABLE_PUSH = 2;
export const MAX_CONCURRENT_STREAMS = 3;
export const INITIAL_WINDOW_SIZE = 4;
export const MAX_FRAME_SIZE = 5;
export const MAX_HEADER_LIST_SIZE = 6;

/** What a client sends first (RFC 9113 section 3.4). */
export const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n';

export const defaultWindow = 65_535;
export const mostWindow = 0x7fff_ffff;
/** The largest frame that is taken, and sent: the least that every peer takes. */
export const frameBytes = 16_384;

/** One frame as it came; the payload is `buffer` from `from` to `to`. */
export interface Frame {
  type: number;
  flags: number;
  stream: number;
  buffer: Buffer;
  from: number;
  to: number;
}

/** Where frames go. */
export interface FrameSink {
  /** Answers whether to go on. */
  onFrame(frame: Frame): boolean;
  /** A frame is larger than may be. */
  onOversized(frame: Frame): void;
}

/** Cuts a stream of bytes into frames, whatever the pieces it comes in. */
export class FrameReader {
  private held: Buffer | undefined;
  private readonly frame: Frame = { type: 0, flags: 0, stream: 0, buffer: Buffer.alloc(0), from: 0, to: 0 };

  /** Reads what is whole; keeps a copy of the rest, so the buffer is free afterwards. */
  feed(piece: Buffer, sink: FrameSink): void {
    const buffer = this.held === undefined ? piece : Buffer.concat([this.held, piece]);
    this.held = undefined;
    const { frame } = this;
    let at = 0;
    while (buffer.length - at >= 9) {
      const length = ((buffer[at] as number) << 16) | ((buffer[at + 1] as number) << 8) | (buffer[at + 2] as number);
      frame.type = buffer[at + 3] as number;
      frame.flags = buffer[at + 4] as number;
      frame.stream = buffer.readUInt32BE(at + 5) & mostWindow;
      if (length > frameBytes) return sink.onOversized(frame);
      if (buffer.length - at - 9 < length) break;
      frame.buffer = buffer;
      frame.from = at + 9;
      frame.to = at += 9 + length;
      if (!sink.onFrame(frame)) return;
    }
    if (at < buffer.length) this.held = Buffer.from(buffer.subarray(at));
  }
}
