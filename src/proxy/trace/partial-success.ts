/**
 * How many spans a collector rejected while it took the others: `partial_success.rejected_spans` of an ExportTraceServiceResponse that begins at
 * `from`. An answer that can't be read rejects nothing: its status has said that the export was taken.
 */
export function rejectedSpans(body: Buffer, from: number): number {
  const success = new Reader(body.subarray(from)).find(1);
  const rejected = typeof success === 'object' ? new Reader(success).find(1) : undefined;
  return typeof rejected === 'number' ? rejected : 0;
}

/** Reads the fields of a message of Protocol Buffers that are varints or have a length; OTLP's answers have no others. */
class Reader {
  private readonly bytes: Buffer;
  private at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** The first field of a number; undefined where there is none, or the message ends too soon. */
  find(wanted: number): number | Buffer | undefined {
    while (this.at < this.bytes.length) {
      const tag = this.varint();
      const value = this.value(tag % 8);
      if (value === undefined || Math.floor(tag / 8) === wanted) return value;
    }
    return undefined;
  }

  private value(type: number): number | Buffer | undefined {
    if (type === 0) return this.varint();
    if (type !== 2) return undefined;
    const length = this.varint();
    this.at += length;
    return this.at <= this.bytes.length ? this.bytes.subarray(this.at - length, this.at) : undefined;
  }

  /** NaN where the message ends too soon. */
  private varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.bytes[this.at++];
      if (byte === undefined) return Number.NaN;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }
}
