import { grpcFrame } from '../../wire/index.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { isNamed, scan, valueOf } from '../http1/scan-head.ts';
import type { Runtime } from '../runtime.ts';
import type { BackendPool } from '../upstream/backend-pool.ts';
import { Discard } from '../upstream/discard.ts';
import { rejectedSpans } from './partial-success.ts';

/** Where spans go, and how. */
export interface Collector {
  readonly pool: BackendPool;
  /** OTLP over gRPC or over HTTP (OpenTelemetry Protocol 1.x); both carry the same message. */
  readonly protocol: 'grpc' | 'http';
  readonly authority: string;
  /** Header lines of every export, each with CRLF. */
  readonly headerLines: string;
}

/** What became of an export. `taken`: but for the spans that were rejected. `later`: it can be tried again, after `waitMs` where the collector said so. */
export type Outcome = { readonly kind: 'taken'; readonly rejected: number } | { readonly kind: 'refused' } | { readonly kind: 'later'; readonly waitMs: number };

/** An answer that takes longer, or is longer, is none. */
const patience = { ms: 10_000, bytes: 65_536 };
/** Only a connection that is surely alive. */
const freshMs = 1000;
/** Codes of gRPC that another try may mend (OTLP specification, "Failures" of OTLP/gRPC). */
const passing: ReadonlySet<string> = new Set(['1', '4', '8', '10', '11', '14', '15']);
const mostWaitSeconds = 60;
const taken: Outcome = { kind: 'taken', rejected: 0 };

/** One export on its way to a collector. */
export class ExportCall extends Discard {
  private readonly isGrpc: boolean;
  private outcome: Outcome = { kind: 'later', waitMs: 0 };
  private readonly body: Buffer[] = [];
  private done: ((outcome: Outcome) => void) | undefined;

  private constructor(isGrpc: boolean, done: (outcome: Outcome) => void, runtime: Runtime) { // oxlint-disable-line -- a fact of the collector.
    super(runtime, patience);
    this.isGrpc = isGrpc;
    this.done = done;
  }

  /** Sends a message; `done` comes once, and not before this returns. */
  static send(collector: Collector, message: Buffer, done: (outcome: Outcome) => void, runtime: Runtime): void { // oxlint-disable-line max-params -- what, where, and then.
    const upstream = collector.pool.call(undefined, freshMs);
    if (typeof upstream === 'string') {
      setImmediate(done, { kind: 'later', waitMs: 0 });
      return;
    }
    const call = new ExportCall(collector.protocol === 'grpc', done, runtime);
    call.upstream = upstream;
    upstream.send(call, requestText(collector, message), true);
  }

  override onHead(head: ResponseHead): void {
    const { status } = head;
    const waitMs = retryAfterMs(head);
    if (status === 429 || status === 502 || status === 503 || status === 504) this.outcome = { kind: 'later', waitMs };
    else if (status < 200 || status > 299) this.outcome = { kind: 'refused' };
    else if (!this.isGrpc) this.outcome = taken;
    else this.noteCode(fieldOf(head, 'grpc-status'));
  }

  override bytes(buffer: Buffer, from: number, to: number): void {
    this.body.push(Buffer.from(buffer.subarray(from, to)));
    super.bytes(buffer, from, to);
  }

  override onEnd(trailers: string): void {
    if (this.isGrpc) this.noteCode(/^grpc-status:[ \t]*(\d+)/im.exec(trailers)?.[1]);
    if (this.outcome.kind === 'taken') this.outcome = { kind: 'taken', rejected: rejectedSpans(Buffer.concat(this.body), this.isGrpc ? 5 : 0) };
    super.onEnd(trailers);
  }

  private noteCode(code: string | undefined): void {
    if (code !== undefined) this.outcome = code === '0' ? taken : passing.has(code) ? { kind: 'later', waitMs: 0 } : { kind: 'refused' };
  }

  protected override over(): void {
    super.over();
    const { done } = this;
    this.done = undefined;
    // The connection is still busy with this call; whoever goes on may want it.
    if (done !== undefined) setImmediate(done, this.outcome);
  }
}

function requestText({ protocol, authority, headerLines }: Collector, message: Buffer): string {
  if (protocol === 'http') {
    const body = message.toString('latin1');
    return `POST /v1/traces HTTP/1.1\r\nhost: ${authority}\r\ncontent-type: application/x-protobuf\r\n${headerLines}content-length: ${body.length}\r\n\r\n${body}`;
  }
  return 'POST /opentelemetry.proto.collector.trace.v1.TraceService/Export HTTP/1.1\r\n'
    + `host: ${authority}\r\ncontent-type: application/grpc\r\nte: trailers\r\n${headerLines}\r\n${grpcFrame(message).toString('latin1')}`;
}

function fieldOf({ text }: ResponseHead, name: string): string | undefined {
  for (let i = 0; i < scan.count; i++) if (isNamed(text, i, name)) return valueOf(text, i);
  return undefined;
}

/** Retry-After in seconds; as a date it is not worth the trouble. */
function retryAfterMs(head: ResponseHead): number {
  const value = fieldOf(head, 'retry-after');
  return value !== undefined && /^\d{1,6}$/.test(value) ? Math.min(Number(value), mostWaitSeconds) * 1000 : 0;
}
