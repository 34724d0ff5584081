import { addPiece } from '../../pieces.ts';
import type { Runtime } from '../../runtime.ts';
import type { BackendPool } from '../../upstream/backend-pool.ts';
import { Discard } from '../../upstream/discard.ts';
import type { Mirror } from './mirror.ts';

/** What waits for a slow mirror, at most; a mirror that falls behind further is cut off. Bytes. */
const mostHeldBytes = 1 << 20;
/** An answer that takes longer, or is longer, ends with its connection. */
const patience = { ms: 15_000, bytes: 16 << 20 };
/** Copies under way to one backend; more are not sent, so a mirror that hangs costs a bounded amount. */
const mostCopies = 1024;
/** Only a connection that is surely alive: a copy has one try. */
const freshMs = 1000;

/** How many copies are under way to each backend. */
const underWay = new WeakMap<BackendPool, number>();

/** A request as its copies need it. */
export interface CopiedRequest {
  readonly isWhole: boolean;
  /** Pieces of the body come without framing, as for backends that speak HTTP/2; else as for HTTP/1. */
  readonly isBare: boolean;
  readonly toHead: boolean;
  /** The head as a mirror gets it; the whole request where `isWhole`. */
  textFor(mirror: Mirror): string;
}

/** Sends a copy to each mirror whose share takes this request, in order. */
export function sendCopies(mirrors: readonly Mirror[], request: CopiedRequest, runtime: Runtime): Copy[] {
  return mirrors.flatMap((mirror) => (mirror.share.next() ? Copy.send(mirror, request, runtime) ?? [] : []));
}

/** One copy of a request on its way to a mirror. Nothing waits for it and nothing hears of its fate. */
export class Copy extends Discard {
  override readonly toHead: boolean;
  private readonly pool: BackendPool;
  private held: Buffer[] = [];
  private heldBytes = 0;
  private isWaiting = true;
  private bodyIsComplete: boolean;

  private constructor(pool: BackendPool, request: CopiedRequest, runtime: Runtime) {
    super(runtime, patience);
    this.toHead = request.toHead;
    this.bodyIsComplete = request.isWhole;
    this.pool = pool;
    underWay.set(pool, (underWay.get(pool) ?? 0) + 1);
  }

  /** Sends a copy; undefined where it can't be sent. */
  static send(mirror: Mirror, request: CopiedRequest, runtime: Runtime): Copy | undefined {
    const { pool } = mirror;
    const isHttp2 = pool.protocol === 'h2c';
    const canFollow = request.isWhole || isHttp2 === request.isBare;
    const upstream = canFollow && (underWay.get(pool) ?? 0) < mostCopies ? pool.call(undefined, freshMs) : 'overloaded';
    if (typeof upstream === 'string') {
      runtime.stats.mirrorsLost++;
      return undefined;
    }
    runtime.stats.mirrored++;
    const copy = new Copy(pool, request, runtime);
    copy.upstream = upstream;
    copy.isWaiting = !upstream.isConnected;
    upstream.send(copy, request.textFor(mirror), request.isWhole);
    return copy;
  }

  /** A piece of the body, in the framing that the head announces. */
  sendBody(piece: Buffer): void {
    if (this.upstream === undefined) return;
    if (this.isWaiting) {
      addPiece(this.held, piece);
      this.heldBytes += piece.length;
      if (this.heldBytes > mostHeldBytes) this.lose();
    } else if (!this.upstream.write(piece)) this.isWaiting = true;
  }

  finishBody(): void {
    this.bodyIsComplete = true;
    if (this.held.length === 0) this.upstream?.finishRequest('');
  }

  /** The request will not become whole. */
  lose(): void {
    if (this.upstream === undefined) return;
    this.runtime.stats.mirrorsLost++;
    this.cut();
  }

  override onConnected(): void {
    this.sendHeld();
  }

  override onDrain(): void {
    this.sendHeld();
  }

  private sendHeld(): void {
    const { upstream } = this;
    if (upstream === undefined) return;
    this.isWaiting = false;
    const pieces = this.held.splice(0);
    this.heldBytes = 0;
    for (const piece of pieces) this.sendBody(piece);
    if (this.bodyIsComplete && pieces.length > 0) this.finishBody();
  }

  override onFault(): void {
    this.runtime.stats.mirrorsLost++;
    super.onFault();
  }

  protected override over(): void {
    if (this.upstream !== undefined) underWay.set(this.pool, (underWay.get(this.pool) ?? 1) - 1);
    this.held = [];
    super.over();
  }
}
