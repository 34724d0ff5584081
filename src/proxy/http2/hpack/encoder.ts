import { DynamicTable } from './dynamic-table.ts';
import { Field } from './field.ts';
import { huffmanEncode, huffmanLength } from './huffman.ts';
import { staticCount, staticNames, staticPairs } from './static-table.ts';

/** Values that differ from message to message, or are best not kept in a table. */
const neverKept: ReadonlySet<string> = new Set([
  'content-length', 'x-request-id', 'etag', 'last-modified', 'location', 'if-none-match', 'if-modified-since', 'range', 'content-range',
]);
/** Secrets: marked so that no one on the way keeps them either (RFC 7541 section 7.1.3). */
const secret: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie']);
const mostSeen = 256;
/** Larger fields would push all others out of the table. */
const mostKept = 512;
const mostSpellings = 256;
/** Names that begin with it are looked for in the static table first. */
const colon = 58;

/** Encoder of one connection's header blocks: a field that comes a second time is kept in the table, and costs a byte from then on. */
export class HpackEncoder {
  private readonly table: DynamicTable;
  /** Number of the field in the table, by `name: value`. */
  private readonly places = new Map<string, number>();
  /** The same by lines of HTTP/1.1 as others write them; an entry outlives its field. */
  private readonly spellings = new Map<string, number>();
  /** Number in the table of the field that was added last to the block; -1 where it is not there. */
  private last = -1;
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
    this.last = -1;
    if (neverKept.has(name)) return this.literal(0, name, value);
    const pair = `${name}: ${value}`;
    const isPseudo = pair.charCodeAt(0) === colon;
    const known = isPseudo ? staticPairs.get(pair) : undefined;
    if (known !== undefined) return this.integer(0x80, 0x7f, known);
    const place = this.places.get(pair);
    if (place !== undefined) return this.indexed(this.last = place);
    this.unknown(name, value, pair);
  }

  private unknown(name: string, value: string, pair: string): void {
    const known = staticPairs.get(pair);
    if (known !== undefined) return this.integer(0x80, 0x7f, known);
    if (secret.has(name)) return this.literal(0x10, name, value);
    if (name === ':path' || pair.length > mostKept || !this.wasSeen(pair)) return this.literal(0, name, value);
    this.literal(0x40, name, value);
    this.table.add(new Field(name, value));
    if (this.table.count > 0) this.places.set(pair, this.last = this.table.added - 1);
  }

  /** Adds the field of a line of HTTP/1.1 (without CRLF) where the table has it; answers whether it has. */
  repeat(line: string): boolean {
    const place = this.places.get(line) ?? this.spellings.get(line);
    if (place === undefined || this.table.added - place > this.table.count) return false;
    this.room(8);
    this.indexed(place);
    return true;
  }

  /** Remembers the line of the field that was added just now, so that `repeat` knows it. */
  learn(line: string): void {
    if (this.last < 0) return;
    if (this.spellings.size >= mostSpellings) this.spellings.clear();
    this.spellings.set(line, this.last);
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
    // What is kept goes once, so the effort for it is spent once.
    if (index === 0) this.text(name, kind === 0x40);
    this.text(value, kind === 0x40);
  }

  private indexed(place: number): void {
    this.integer(0x80, 0x7f, staticCount + this.table.added - place);
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
