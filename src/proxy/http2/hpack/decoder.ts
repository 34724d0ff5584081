import { DynamicTable } from './dynamic-table.ts';
import { Field } from './field.ts';
import { huffmanDecode } from './huffman.ts';
import { staticCount, staticFields } from './static-table.ts';

/** Integers above this are refused: no length or index of a real message reaches it. */
const mostInteger = 1 << 28;

/** Decoder of one connection's header blocks (RFC 7541). */
export class HpackDecoder {
  private readonly table: DynamicTable;
  /** Largest table that our SETTINGS allow the peer. */
  private readonly mostTable: number;
  private at = 0;
  private failed = false;

  constructor(mostTable: number) {
    this.mostTable = mostTable;
    this.table = new DynamicTable(mostTable);
  }

  /**
   * Hands every field of a whole block to `take`, in order. Answers false where the block is malformed: then the connection is lost
   * (COMPRESSION_ERROR), because the tables no longer agree.
   */
  decode(buffer: Buffer, from: number, to: number, take: (field: Field) => void): boolean { // oxlint-disable-line max-params -- a range and a sink.
    this.at = from;
    this.failed = false;
    let mayResize = true;
    while (this.at < to && !this.failed) {
      const byte = buffer[this.at] as number;
      if ((byte & 0xe0) === 0x20) {
        if (!mayResize) return false;
        this.resize(buffer, to);
        continue;
      }
      mayResize = false;
      const field = this.readField(buffer, byte, to);
      if (field !== undefined) take(field);
      else this.failed = true;
    }
    return !this.failed;
  }

  private resize(buffer: Buffer, to: number): void {
    const size = this.integer(buffer, 0x1f, to);
    if (size > this.mostTable) this.failed = true;
    else if (!this.failed) this.table.resize(size);
  }

  private readField(buffer: Buffer, byte: number, to: number): Field | undefined {
    if (byte >= 0x80) return this.indexed(this.integer(buffer, 0x7f, to));
    const isAdded = byte >= 0x40;
    const index = this.integer(buffer, isAdded ? 0x3f : 0x0f, to);
    const name = index === 0 ? this.text(buffer, to) : this.indexed(index)?.name;
    const value = name === undefined ? undefined : this.text(buffer, to);
    if (name === undefined || value === undefined || this.failed) return undefined;
    const field = new Field(name, value);
    if (isAdded) this.table.add(field);
    return field;
  }

  private indexed(index: number): Field | undefined {
    if (this.failed) return undefined;
    return index <= staticCount ? staticFields[index] : this.table.at(index - staticCount - 1);
  }

  /** RFC 7541 section 5.1. */
  private integer(buffer: Buffer, mask: number, to: number): number {
    let value = (buffer[this.at++] as number) & mask;
    if (value < mask) return value;
    for (let shift = 0; shift <= 28; shift += 7) {
      if (this.at >= to) break;
      const byte = buffer[this.at++] as number;
      value += (byte & 0x7f) * 2 ** shift;
      if (value > mostInteger) break;
      if (byte < 0x80) return value;
    }
    this.failed = true;
    return 0;
  }

  /** RFC 7541 section 5.2. */
  private text(buffer: Buffer, to: number): string | undefined {
    if (this.at >= to) return undefined;
    const isHuffman = (buffer[this.at] as number) >= 0x80;
    const length = this.integer(buffer, 0x7f, to);
    const start = this.at;
    if (this.failed || length > to - start) return undefined;
    this.at = start + length;
    return isHuffman ? huffmanDecode(buffer, start, this.at) : buffer.toString('latin1', start, this.at);
  }
}
