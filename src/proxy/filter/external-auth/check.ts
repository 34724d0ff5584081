import type { Cause } from '../../errors.ts';
import type { ChunkMode } from '../../http1/chunked.ts';
import type { ResponseHead } from '../../http1/response-head.ts';
import { dropped, offsets, scan } from '../../http1/scan-head.ts';
import type { Runtime } from '../../runtime.ts';
import { Timer } from '../../time/wheel.ts';
import type { BackendPool, EndpointPool } from '../../upstream/backend-pool.ts';
import type { UpstreamCall } from '../../upstream/call.ts';
import type { ResponseReceiver, UpstreamFault } from '../../upstream/receiver.ts';
import type { Field } from './checked-request.ts';

/** Bytes of an answer that are kept; of one that lets the request go on no more are needed. */
const mostBodyBytes = 1 << 20;
const mostTries = 3;
/** Asking twice does no harm, so a connection may have rested for any time. */
const anyRestMs = Infinity;

/** An authorizer's whole answer; names in lower case, values latin1. */
export interface CheckAnswer {
  readonly status: number;
  readonly fields: readonly Field[];
  readonly trailers: readonly Field[];
  readonly body: Buffer;
}

/** What is sent, and how its answer is read. */
export interface CheckCall {
  readonly pool: BackendPool;
  /** The whole request in HTTP/1.1 form. */
  readonly text: string;
  readonly toHead: boolean;
}

/** One question to an authorizer, through as many tries as it takes. `done` is called once, unless it is cancelled before. */
export class Check implements ResponseReceiver {
  readonly toHead: boolean;
  readonly upgrade = '';
  readonly chunkMode: ChunkMode = 'unwrap';
  private readonly call: CheckCall;
  private readonly runtime: Runtime;
  private readonly done: (answer: CheckAnswer | Cause) => void;
  private readonly timer = new Timer(() => this.fail('auth-timeout'));
  private readonly failed: EndpointPool[] = [];
  private upstream: UpstreamCall | undefined;
  private tries = 0;
  private isOver = false;
  private status = 0;
  private fields: Field[] = [];
  private pieces: Buffer[] = [];
  private size = 0;

  constructor(call: CheckCall, runtime: Runtime, done: (answer: CheckAnswer | Cause) => void) {
    this.call = call;
    this.toHead = call.toHead;
    this.runtime = runtime;
    this.done = done;
  }

  /** Sends it. `done` may be called before this returns. */
  start(): void {
    this.runtime.wheel.arm(this.timer, this.runtime.options.timeouts.authMs);
    this.try(anyRestMs);
  }

  /** Nobody waits for the answer any more. */
  cancel(): void {
    this.settle();
    this.upstream?.destroy();
    this.upstream = undefined;
  }

  private settle(): void {
    this.isOver = true;
    this.runtime.wheel.remove(this.timer);
  }

  private try(mostRestMs: number): void {
    const upstream = this.call.pool.call(undefined, mostRestMs, this.failed);
    if (typeof upstream === 'string') return this.fail('auth-unavailable');
    this.tries++;
    this.upstream = upstream;
    upstream.send(this, this.call.text, true);
  }

  private fail(cause: Cause): void {
    if (this.isOver) return;
    if (cause === 'auth-timeout') this.runtime.stats.timeouts++;
    this.cancel();
    this.done(cause);
  }

  onHead(head: ResponseHead): void {
    this.status = head.status;
    this.fields = fieldsOf(head.text);
  }

  bytes(buffer: Buffer, from: number, to: number): void {
    this.size += to - from;
    if (this.size > mostBodyBytes) this.fail('auth-failed');
    else this.pieces.push(Buffer.from(buffer.subarray(from, to)));
  }

  text(text: string): void {
    const bytes = Buffer.from(text, 'latin1');
    this.bytes(bytes, 0, bytes.length);
  }

  flush(): boolean {
    return true;
  }

  onEnd(trailers: string): void {
    this.upstream = undefined;
    if (this.isOver) return;
    this.settle();
    this.done({ status: this.status, fields: this.fields, trailers: linesOf(trailers), body: Buffer.concat(this.pieces) });
  }

  onFault(fault: UpstreamFault, heard: boolean, isReused: boolean): void {
    const endpoint = this.upstream?.endpoint;
    this.upstream = undefined;
    const isUnreached = fault === 'connect-failed' || fault === 'connect-timeout' || fault === 'handshake-failed';
    const isStale = fault === 'refused' || (fault === 'backend-closed' && isReused && !heard);
    if (isUnreached && endpoint !== undefined) this.failed.push(endpoint);
    const mayTry = isStale || (isUnreached && this.call.pool.hasOthers(this.failed));
    if (mayTry && this.tries < mostTries) return this.try(-1);
    this.fail(fault === 'bad-response' ? 'auth-failed' : 'auth-unavailable');
  }

  /** No protocol was asked for, so none can be changed to. */
  onSwitch(): void {
    this.fail('auth-failed');
  }

  onConnected(): void {}
  onInterim(): void {}
  onDrain(): void {}
  onTunnelEnd(): void {}
  onTunnelClosed(): void {}
}

/** The end-to-end fields of the head that was just read. */
function fieldsOf(text: string): Field[] {
  const fields: Field[] = [];
  for (let i = 0; i < scan.count; i++) {
    const at = i * 4;
    if (dropped[i] !== 1) fields.push([text.slice(offsets[at], offsets[at + 1]).toLowerCase(), text.slice(offsets[at + 2], offsets[at + 3])]);
  }
  return fields;
}

function linesOf(trailers: string): Field[] {
  return trailers.split('\r\n').filter((line) => line !== '').map((line): Field => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  });
}
