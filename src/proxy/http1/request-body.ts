import type { Cause } from '../errors.ts';
import type { Limits } from '../options.ts';
import { type BodySink, ChunkedDecoder, type ChunkMode } from './chunked.ts';

/** The body of one request while it comes in: counts a length down, or follows the chunks. */
export class RequestBody {
  fault: Cause | undefined;
  isDone = false;
  private remaining: number;
  private readonly decoder: ChunkedDecoder | undefined;
  private readonly limits: Limits;

  /** `length` in bytes, or `'chunked'`; `hopNames`: what Connection takes out of the trailers; `mode`: what the backend's protocol needs. */
  constructor(length: number | 'chunked', limits: Limits, hopNames: readonly string[], mode: ChunkMode) { // oxlint-disable-line max-params -- one use.
    this.limits = limits;
    this.remaining = length === 'chunked' ? 0 : length;
    this.decoder = length === 'chunked' ? new ChunkedDecoder(mode, limits, hopNames) : undefined;
    this.isDone = length === 0;
  }

  /** Trailer lines for a backend that gets the body without its chunks. */
  get trailers(): string {
    return this.decoder?.trailers ?? '';
  }

  /** Passes what belongs to the body on to `sink`; answers where it stopped. */
  feed(chunk: Buffer, from: number, sink: BodySink): number {
    if (this.decoder !== undefined) {
      const end = this.decoder.feed(chunk, from, chunk.length, sink);
      this.isDone = this.decoder.isDone;
      this.fault = this.decoder.fault ?? (this.decoder.size > this.limits.bodyBytes ? 'body-too-large' : undefined);
      return end;
    }
    const end = Math.min(chunk.length, from + this.remaining);
    this.remaining -= end - from;
    if (end > from) sink.bytes(chunk, from, end);
    this.isDone = this.remaining === 0;
    return end;
  }
}
