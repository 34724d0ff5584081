/** A growing buffer in the encoding of Protocol Buffers (https://protobuf.dev/programming-guides/encoding). Fields of default value may be left out by the caller. */
export class ProtobufWriter {
  private buffer: Buffer = Buffer.allocUnsafe(1024);
  private at = 0;

  /** What was written, in memory of its own, since a small buffer that is kept keeps the whole block that it was cut from; the writer can then be used anew. */
  take(): Buffer {
    const bytes = Buffer.allocUnsafeSlow(this.at);
    this.buffer.copy(bytes, 0, 0, this.at);
    this.at = 0;
    return bytes;
  }

  /** An enum or an integer from 0 to 2^53. */
  varint(field: number, value: number): void {
    this.tag(field, 0);
    this.raw(value);
  }

  fixed64(field: number, value: bigint): void {
    this.tag(field, 1);
    this.room(8);
    this.at = this.buffer.writeBigUInt64LE(value, this.at);
  }

  fixed32(field: number, value: number): void {
    this.tag(field, 5);
    this.room(4);
    this.at = this.buffer.writeUInt32LE(value, this.at);
  }

  text(field: number, value: string): void {
    const length = Buffer.byteLength(value);
    this.tag(field, 2);
    this.raw(length);
    this.room(length);
    this.at += this.buffer.write(value, this.at);
  }

  /** Bytes, given as hexadecimal digits. */
  hex(field: number, digits: string): void {
    this.bytes(field, Buffer.from(digits, 'hex'));
  }

  /** Bytes, or a message that is encoded already. */
  bytes(field: number, value: Buffer): void {
    this.tag(field, 2);
    this.raw(value.length);
    this.room(value.length);
    this.at += value.copy(this.buffer, this.at);
  }

  /** A message whose fields `write` writes. */
  message(field: number, write: () => void): void {
    this.tag(field, 2);
    this.room(1);
    const start = ++this.at;
    write();
    const length = this.at - start;
    // Most messages have a length of one byte; the others move to make room for it.
    const extra = lengthOf(length) - 1;
    this.room(extra);
    this.buffer.copyWithin(start + extra, start, this.at);
    this.at = start - 1;
    this.raw(length);
    this.at += length;
  }

  private tag(field: number, type: number): void {
    this.raw(field * 8 + type);
  }

  private raw(value: number): void {
    this.room(10);
    let rest = value;
    while (rest >= 128) {
      this.buffer[this.at++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    this.buffer[this.at++] = rest;
  }

  private room(bytes: number): void {
    if (this.at + bytes <= this.buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + bytes));
    this.buffer.copy(grown, 0, 0, this.at);
    this.buffer = grown;
  }
}

function lengthOf(value: number): number {
  let length = 1;
  for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length++;
  return length;
}
