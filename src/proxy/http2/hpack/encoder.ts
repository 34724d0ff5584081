import { DynamicTable } from './dynamic-table.ts';
import { Field } from './field.ts';
import { huffmanEncode, huffmanLength } from './huffman.ts';
import { staticCount, staticNames, staticPairs } from './static-table.ts';

/** Values that differ from message to message, or are best not kept in a table. */
const neverKept: ReadonlySet<string> = new Set([
  ':path', 'content-length', 'x-request-id', 'etag', 'last-modified', 'location', 'if-none-match', 'if-modified-since', 'range', 'content-range',
]);
/** Secrets: marked so that no one on the way keeps them either (RFC 7541 section 7.1.3). */
const secret: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);
const mostSeen = 256;
/** Larger fields would push all others out of the table. */
const mostKept = 512;

/** Encoder of one connection's header blocks: a field that comes a second time is kept in the table, and costs a byte from then on. */
export class HpackEncoder {
  private readonly table: DynamicTable;
  /** Number of the field in the table, by `name: value`. */
  private readonly places = new Map<string, number>();
  private seen = new Set<string>();
  private smallest = -1;
  private out = Buffer.allocUnsafeSlow(1024);
  private at = 0;

  constructor() {
    this.table = new DynamicTable(4096, ({ name, value }) => this.places.delete(`${name}: ${value}`));
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE, bytes; announced with the next block (RFC 7541 section 4.2). */
  limitTable(size: number): void {
    const limit = Math.min(size, 4096);
    if (limit === this.table.limit) return;
    this.table.resize(limit);
    this.smallest = this.smallest < 0 ? limit : Math.min(this.smallest, limit);
  }

  /** Starts a block. */
  begin(): void {
    this.at = 0;
    if (this.smallest < 0) return;
    if (this.smallest < this.table.limit) this.integer(0x20, 0x1f, this.smallest);
    this.integer(0x20, 0x1f, this.table.limit);
    this.smallest = -1;
  }

  /** Adds a field; name in lower case, both latin1. */
  field(name: string, value: string): void {
    this.room(name.length + value.length + 16);
    const pair = `${name}: ${value}`;
    const place = this.places.get(pair);
    if (place !== undefined) return this.integer(0x80, 0x7f, staticCount + this.table.added - place);
    const known = staticPairs.get(pair);
    if (known !== undefined) return this.integer(0x80, 0x7f, known);
    if (secret.has(name)) this.literal(0x10, name, value);
    else if (neverKept.has(name) || pair.length > mostKept || !this.wasSeen(pair)) this.literal(0, name, value);
    else {
      this.literal(0x40, name, value);
      this.table.add(new Field(name, value));
      if (this.table.count > 0) this.places.set(pair, this.table.added - 1);
    }
  }

  /** The block; valid until the next `begin`. */
  end(): Buffer {
    return this.out.subarray(0, this.at);
  }

  private wasSeen(pair: string): boolean {
    if (this.seen.has(pair)) return this.seen.delete(pair);
    if (this.seen.size >= mostSeen) this.seen = new Set();
    this.seen.add(pair);
    return false;
  }

  private literal(kind: 0 | 0x10 | 0x40, name: string, value: string): void {
    const index = staticNames.get(name) ?? 0;
    this.integer(kind, kind === 0x40 ? 0x3f : 0x0f, index);
    if (index === 0) this.text(name, true);
    // What is kept goes once, so the effort for it is spent once.
    this.text(value, kind === 0x40);
  }

  private integer(flags: number, mask: number, value: number): void {
    if (value < mask) {
      this.out[this.at++] = flags | value;
      return;
    }
    this.out[this.at++] = flags | mask;
    let rest = value - mask;
    for (; rest >= 128; rest >>>= 7) this.out[this.at++] = (rest & 127) | 128;
    this.out[this.at++] = rest;
  }

  private text(text: string, mayPack: boolean): void { // oxlint-disable-line -- one of two written forms.
    const packed = mayPack ? huffmanLength(text) : text.length;
    if (packed < text.length) {
      this.integer(0x80, 0x7f, packed);
      this.at = huffmanEncode(text, this.out, this.at);
    } else {
      this.integer(0, 0x7f, text.length);
      this.at += this.out.write(text, this.at, 'latin1');
    }
  }

  private room(size: number): void {
    if (this.out.length - this.at >= size) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.out.length * 2, this.at + size));
    this.out.copy(larger, 0, 0, this.at);
    this.out = larger;
  }
}
