import { END_HEADERS, ENHANCE_YOUR_CALM, type Frame } from './frames.ts';

/** More pieces than any peer cuts a block into. */
const mostPieces = 64;

/** Puts header blocks together from a HEADERS frame and the CONTINUATION frames behind it; bounded in bytes and pieces. */
export class HeaderBlocks {
  /** Stream whose block is not complete; 0 for none. */
  stream = 0;
  /** Flags of the HEADERS frame. */
  flags = 0;
  /** The whole block, once `add` has answered `'whole'`. */
  block: Buffer = Buffer.alloc(0);
  private parts: Buffer[] = [];
  private size = 0;
  private readonly mostBytes: number;

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes;
  }

  /** Takes the fragment of a frame, whose range is without padding and priority. Answers an error code where there is too much. */
  add(frame: Frame, from: number, to: number): 'whole' | 'more' | typeof ENHANCE_YOUR_CALM {
    const isWhole = (frame.flags & END_HEADERS) !== 0;
    if (this.stream === 0) this.flags = frame.flags;
    const piece = frame.buffer.subarray(from, to);
    this.size += piece.length;
    if (this.size > this.mostBytes || this.parts.length >= mostPieces) return ENHANCE_YOUR_CALM;
    if (!isWhole) {
      this.stream = frame.stream;
      // The reader's buffer is not ours beyond this frame.
      this.parts.push(Buffer.from(piece));
      return 'more';
    }
    this.block = this.parts.length === 0 ? piece : Buffer.concat([...this.parts, piece]);
    this.stream = this.size = 0;
    if (this.parts.length > 0) this.parts = [];
    return 'whole';
  }
}
