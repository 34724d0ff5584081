import { addPiece } from '../pieces.ts';

/** The part of a request body that has gone to a backend, kept to be sent again; given up when it grows too large. */
export class ReplayBuffer {
  private kept: Buffer[] = [];
  private size = 0;
  private readonly mostBytes: number;

  constructor(mostBytes: number) {
    this.mostBytes = mostBytes;
  }

  /** Everything that was sent is still here. */
  get isWhole(): boolean {
    return this.size <= this.mostBytes;
  }

  add(piece: Buffer): void {
    this.size += piece.length;
    if (this.isWhole) addPiece(this.kept, piece);
    else this.kept = [];
  }

  /** What a new try begins with; only where `isWhole`. */
  pieces(): Buffer[] {
    // A copy, since whoever gets it adds to it too.
    return this.kept.length === 0 ? [] : [Buffer.concat(this.kept)];
  }
}
