const serverNameExtension = 0;
const hostNameType = 0;
/** A host name on the wire: letters, digits, `-`, `_` and dots (RFC 6066 section 3 wants A-labels). */
const hostName = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?\.?$/;

/** A cursor over length-prefixed fields; after a step out of bounds every answer is empty and `isBroken` is true. */
class Fields {
  isBroken = false;
  private at = 0;
  private readonly bytes: Buffer;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.isBroken || this.at === this.bytes.length;
  }

  number(size: 1 | 2): number {
    const field = this.slice(size);
    return field.length === size ? field.readUIntBE(0, size) : 0;
  }

  slice(length: number): Buffer {
    const end = this.at + length;
    if (end > this.bytes.length) this.isBroken = true;
    if (this.isBroken) return this.bytes.subarray(0, 0);
    const field = this.bytes.subarray(this.at, end);
    this.at = end;
    return field;
  }

  /** A field behind its own length, which takes `size` bytes. */
  vector(size: 1 | 2): Buffer {
    return this.slice(this.number(size));
  }
}

/**
 * The server name in the body of a ClientHello, `''` where there is none, undefined where the body is malformed. Unknown extensions
 * (GREASE, RFC 8701) are passed over; with encrypted ClientHello the outer name counts, since the inner one is not ours to read.
 */
export function readServerName(body: Buffer): string | undefined {
  const fields = new Fields(body);
  fields.slice(2 + 32);
  const sessionId = fields.vector(1);
  const suites = fields.vector(2);
  const compressions = fields.vector(1);
  if (fields.isBroken || sessionId.length > 32 || suites.length < 2 || suites.length % 2 !== 0 || compressions.length === 0) return undefined;
  // TLS 1.2 allows a ClientHello that ends here (RFC 5246 section 7.4.1.2).
  if (fields.isAtEnd) return '';
  const extensions = new Fields(fields.vector(2));
  if (!fields.isAtEnd || fields.isBroken) return undefined;
  let name: string | undefined = '';
  let isNamed = false;
  while (!extensions.isAtEnd) {
    const type = extensions.number(2);
    const data = extensions.vector(2);
    if (type !== serverNameExtension || extensions.isBroken) continue;
    if (isNamed) return undefined;
    isNamed = true;
    name = hostOf(data);
    if (name === undefined) return undefined;
  }
  return extensions.isBroken ? undefined : name;
}

/** The host of a server_name extension (RFC 6066 section 3): at most one of that type, never empty. */
function hostOf(data: Buffer): string | undefined {
  const outer = new Fields(data);
  const list = new Fields(outer.vector(2));
  if (outer.isBroken || !outer.isAtEnd || list.isAtEnd) return undefined;
  let host: string | undefined;
  while (!list.isAtEnd) {
    const type = list.number(1);
    const name = list.vector(2);
    if (type !== hostNameType) continue;
    if (host !== undefined) return undefined;
    host = name.toString('latin1').toLowerCase();
  }
  if (list.isBroken) return undefined;
  if (host === undefined) return '';
  if (host.length > 255 || !hostName.test(host)) return undefined;
  return host.endsWith('.') ? host.slice(0, -1) : host;
}
