/** A message as gRPC sends it: not compressed, its length before it (gRPC over HTTP/2, Length-Prefixed-Message). */
export function grpcFrame(message: Buffer): Buffer {
  const frame = Buffer.allocUnsafe(5 + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  message.copy(frame, 5);
  return frame;
}

/** Cuts a stream of bytes into the messages of gRPC. */
export class GrpcFrames {
  readonly #mostBytes: number;
  #parts: Buffer[] = [];
  #length = 0;

  /** Longer messages than `mostBytes` end the stream. */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** The messages that are whole now. Throws RangeError where one is too long or compressed. */
  take(part: Buffer): Buffer[] {
    this.#parts.push(part);
    this.#length += part.length;
    const messages: Buffer[] = [];
    for (let message = this.#next(); message !== undefined; message = this.#next()) messages.push(message);
    return messages;
  }

  #next(): Buffer | undefined {
    if (this.#length < 5) return undefined;
    const head = this.#whole();
    const length = head.readUInt32BE(1);
    if (head[0] !== 0) throw new RangeError('compressed messages are not taken');
    if (length > this.#mostBytes) throw new RangeError(`a message of ${length} bytes is too long`);
    if (this.#length < 5 + length) return undefined;
    this.#parts = [head.subarray(5 + length)];
    this.#length -= 5 + length;
    return head.subarray(5, 5 + length);
  }

  /** Long messages come in many parts, which are joined once their length is known to be there. */
  #whole(): Buffer {
    const [first] = this.#parts;
    if (this.#parts.length === 1) return first!;
    const wanted = first!.length >= 5 ? 5 + first!.readUInt32BE(1) : 0;
    if (first!.length >= 5 && this.#length < wanted) return first!;
    this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0]!;
  }
}
