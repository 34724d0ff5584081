const restBytes = 65_536;
const bulkBytes = 262_144;
/** A read of this size means that much is on the way; one below `smallRead`, that it has passed. */
const largeRead = 32_768;
const smallRead = 16_384;
const mostSpare = 32;

/**
 * A connection at rest reads into a buffer that all of them share: on POSIX systems libuv fills it and calls back before it reads for
 * any other. Windows keeps reads pending, so there each has its own.
 */
const sharedRest = Buffer.allocUnsafeSlow(restBytes);
const restBuffer = (): Buffer => (process.platform === 'win32' ? Buffer.allocUnsafeSlow(restBytes) : sharedRest);
const spare: Buffer[] = [];

/**
 * Where one connection reads to. Few bytes are copied out of the shared buffer; a connection that carries many gets a large buffer of
 * its own, from which bytes are written without a copy, so that memory is spent only where bytes flow.
 */
export class ReadBuffers {
  private readonly rest = restBuffer();
  private bulk: Buffer | undefined;

  /** The buffer for the next read. */
  readonly next = (): Buffer => this.bulk ?? this.rest;

  /** The next read may only begin when what was taken last has been written. */
  get isLent(): boolean {
    return this.bulk !== undefined;
  }

  /** A choice for the next read after one of `size` bytes, whose buffer nobody reads from any more. */
  adapt(size: number): void {
    if (this.bulk !== undefined && size < smallRead) this.release();
    else if (size === restBytes) this.grow();
  }

  private grow(): void {
    this.bulk ??= spare.pop() ?? Buffer.allocUnsafeSlow(bulkBytes);
  }

  /** Leaves the large buffer to a write that still reads from it. */
  leave(): void {
    this.bulk = undefined;
  }

  /** The `size` bytes that were just read, and a choice for the next read. */
  take(size: number): Buffer {
    const { bulk } = this;
    if (bulk === undefined) {
      const copy = Buffer.from(this.rest.subarray(0, size));
      if (size >= largeRead) this.grow();
      return copy;
    }
    if (size >= smallRead) return bulk.subarray(0, size);
    const copy = Buffer.from(bulk.subarray(0, size));
    this.release();
    return copy;
  }

  /** Gives the large buffer to the next connection that needs one; call it only when no write reads from it. */
  release(): void {
    if (this.bulk !== undefined && spare.length < mostSpare) spare.push(this.bulk);
    this.bulk = undefined;
  }
}
