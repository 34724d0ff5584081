import type { ChunkMode } from '../http1/chunked.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import type { UpstreamCall } from './call.ts';
import type { ResponseReceiver } from './receiver.ts';

/** How long an answer may take that nobody waits for. */
export interface Patience {
  readonly ms: number;
  /** Bytes of its body. */
  readonly bytes: number;
}

/** Takes an answer that nobody wants, so that its connection can be used again; ends the connection where that takes too long. */
export class Discard implements ResponseReceiver {
  readonly toHead: boolean = false;
  readonly upgrade = '';
  readonly chunkMode: ChunkMode = 'unwrap';
  protected upstream: UpstreamCall | undefined;
  protected readonly runtime: Runtime;
  private left: number;
  private readonly timer = new Timer(() => this.cut());

  constructor(runtime: Runtime, patience: Patience) {
    this.runtime = runtime;
    this.left = patience.bytes;
    runtime.wheel.arm(this.timer, patience.ms);
  }

  /** Takes what is still to come on a connection. */
  take(upstream: UpstreamCall & { handOver(receiver: ResponseReceiver): void }): void {
    this.upstream = upstream;
    upstream.handOver(this);
  }

  /** Ends the connection. */
  cut(): void {
    const { upstream } = this;
    this.over();
    upstream?.destroy();
  }

  /** Nothing more comes. */
  protected over(): void {
    this.upstream = undefined;
    this.runtime.wheel.remove(this.timer);
  }

  bytes(_: Buffer, from: number, to: number): void {
    this.left -= to - from;
    if (this.left < 0) this.cut();
  }

  text(): void {}
  onConnected(): void {}
  onInterim(): void {}
  onHead(_: ResponseHead): void {} // oxlint-disable-line no-unused-vars -- for those that extend this.
  onSwitch(): void {}
  onDrain(): void {}

  flush(): boolean {
    return true;
  }

  onEnd(_: string): void { // oxlint-disable-line no-unused-vars -- for those that extend this.
    this.over();
  }

  onFault(): void {
    this.over();
  }

  onTunnelEnd(): void {}
  onTunnelClosed(): void {}
}
