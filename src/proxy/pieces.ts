/** Smaller pieces are put together: each Buffer takes a hundred bytes beside its own. */
const leastBytes = 512;
const roomBytes = 4096;

/** Memory that was made here, so that nothing else lies behind what is used of it. */
const rooms = new WeakSet<ArrayBufferLike>();

/** It is copied when it is added. */
export function isSmall(piece: Buffer): boolean {
  return piece.length < leastBytes;
}

/**
 * Adds a piece to those that wait. Small ones are copied into one Buffer, so that a peer that sends a byte at a time makes us keep about as
 * much as it sends; larger ones are kept as they are. The list belongs to one holder: of two that share a piece none may add to it.
 */
export function addPiece(pieces: Buffer[], piece: Buffer): void {
  if (!isSmall(piece)) {
    pieces.push(piece);
    return;
  }
  const last = pieces.at(-1);
  const size = (last?.length ?? 0) + piece.length;
  if (last !== undefined && last.byteOffset === 0 && rooms.has(last.buffer) && size <= last.buffer.byteLength) {
    const longer = Buffer.from(last.buffer, 0, size);
    piece.copy(longer, last.length);
    pieces[pieces.length - 1] = longer;
    return;
  }
  const room = Buffer.allocUnsafeSlow(pieces.length === 0 ? leastBytes : roomBytes);
  rooms.add(room.buffer);
  piece.copy(room);
  pieces.push(room.subarray(0, piece.length));
}
