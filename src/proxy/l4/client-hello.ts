import { readServerName } from './hello-fields.ts';

/** What the bytes so far are. `serverName` is in lower case without a trailing dot, `''` where the client names none. */
export type Hello =
  | { readonly state: 'incomplete' }
  | { readonly state: 'complete'; readonly serverName: string }
  | { readonly state: 'refused'; readonly because: 'not-tls' | 'bad-hello' | 'hello-too-large' };

const incomplete: Hello = { state: 'incomplete' };
const recordHeaderBytes = 5;
const handshakeRecord = 22;
const clientHello = 1;
/** Longest payload of a plain record (RFC 8446 section 5.1). */
const mostRecordBytes = 16_384;
const noBytes = Buffer.alloc(0);

/**
 * Reads the ClientHello of a TLS handshake (RFC 8446 section 4.1.2, RFC 5246 section 7.4.1.2) from bytes cut anywhere, in records cut
 * anywhere, and keeps them, so that whoever serves the connection gets them all. Each byte is looked at once.
 */
export class ClientHelloReader {
  private readonly limit: number;
  private readonly kept: Buffer[] = [];
  private readonly header = Buffer.alloc(recordHeaderBytes);
  private headerFill = 0;
  private recordLeft = 0;
  /** The handshake message: its type, three bytes of length, the body. */
  private message = noBytes;
  private fill = 0;

  /** `limit`: the longest ClientHello, bytes. */
  constructor(limit: number) {
    this.limit = limit;
  }

  /** Everything fed so far. */
  get bytes(): Buffer {
    return this.kept.length === 1 ? this.kept[0] as Buffer : Buffer.concat(this.kept);
  }

  /** Takes the next bytes; call it no more once it said other than `incomplete`. */
  feed(chunk: Buffer): Hello {
    this.kept.push(chunk);
    let at = 0;
    while (at < chunk.length) {
      if (this.recordLeft === 0) {
        this.header[this.headerFill++] = chunk[at++] as number;
        if (!this.isHeaderPossible()) return { state: 'refused', because: 'not-tls' };
        continue;
      }
      const end = Math.min(chunk.length, at + this.recordLeft);
      const hello = this.take(chunk.subarray(at, end));
      if (hello.state !== 'incomplete') return hello;
      this.recordLeft -= end - at;
      at = end;
    }
    return incomplete;
  }

  /** Judges a record header as far as it has come, so that what is not TLS is refused by its first byte. */
  private isHeaderPossible(): boolean {
    const { header, headerFill } = this;
    if (header[0] !== handshakeRecord) return false;
    if (headerFill >= 2 && header[1] !== 3) return false;
    if (headerFill < recordHeaderBytes) return true;
    this.headerFill = 0;
    this.recordLeft = header.readUInt16BE(3);
    return this.recordLeft > 0 && this.recordLeft <= mostRecordBytes;
  }

  private take(part: Buffer): Hello {
    if (this.fill + part.length > this.message.length) {
      const grown = Buffer.allocUnsafe(Math.max(2048, 2 * (this.fill + part.length)));
      this.message.copy(grown, 0, 0, this.fill);
      this.message = grown;
    }
    this.fill += part.copy(this.message, this.fill);
    if (this.message[0] !== clientHello) return { state: 'refused', because: 'not-tls' };
    if (this.fill < 4) return incomplete;
    const end = 4 + this.message.readUIntBE(1, 3);
    if (end > this.limit) return { state: 'refused', because: 'hello-too-large' };
    if (this.fill < end) return incomplete;
    const serverName = readServerName(this.message.subarray(4, end));
    return serverName === undefined ? { state: 'refused', because: 'bad-hello' } : { state: 'complete', serverName };
  }
}
