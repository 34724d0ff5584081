import type { Field } from './field.ts';

/** The dynamic table of one direction (RFC 7541 section 2.3.2): a ring of fields, newest first, bounded by their sizes. */
export class DynamicTable {
  /** Fields ever added; the newest one has the number `added - 1`. */
  added = 0;
  count = 0;
  size = 0;
  /** Bytes that it may hold now. */
  limit: number;
  private ring: (Field | undefined)[] = Array.from({ length: 64 });
  private readonly evicted: ((field: Field) => void) | undefined;

  constructor(limit: number, evicted?: (field: Field) => void) {
    this.limit = limit;
    this.evicted = evicted;
  }

  /** The field at a place, 0 for the newest; undefined beyond the oldest. */
  at(place: number): Field | undefined {
    return place < this.count ? this.ring[(this.added - 1 - place) & (this.ring.length - 1)] : undefined;
  }

  /** Adds a field; older ones leave to make room, all of them and the new one where it is too large (section 4.4). */
  add(field: Field): void {
    this.shrinkTo(this.limit - field.size);
    if (field.size > this.limit) return;
    if (this.count === this.ring.length) this.grow();
    this.ring[this.added & (this.ring.length - 1)] = field;
    this.added++;
    this.count++;
    this.size += field.size;
  }

  /** Changes the limit (section 4.3). */
  resize(limit: number): void {
    this.limit = limit;
    this.shrinkTo(limit);
  }

  private shrinkTo(size: number): void {
    while (this.size > size && this.count > 0) {
      const slot = (this.added - this.count) & (this.ring.length - 1);
      const oldest = this.ring[slot] as Field;
      this.ring[slot] = undefined;
      this.count--;
      this.size -= oldest.size;
      this.evicted?.(oldest);
    }
  }

  private grow(): void {
    const larger: (Field | undefined)[] = Array.from({ length: this.ring.length * 2 });
    for (let number = this.added - this.count; number < this.added; number++) {
      larger[number & (larger.length - 1)] = this.ring[number & (this.ring.length - 1)];
    }
    this.ring = larger;
  }
}
