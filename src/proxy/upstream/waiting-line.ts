import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import type { UpstreamCall } from './call.ts';
import type { EndpointPool } from './endpoint-pool.ts';
import type { ResponseReceiver } from './receiver.ts';

/** Why a request that waited fails. */
export type NeverSent = 'overloaded' | 'tls-refused';

/** Requests of one backend that wait until an endpoint has room, in the order in which they came. */
export class WaitingLine {
  private readonly calls = new Set<WaitingCall>();
  private readonly runtime: Runtime;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  get length(): number {
    return this.calls.size;
  }

  /** A call that is sent when its turn comes, or fails as overloaded after `mostMs`. It is not sent to those that `failed`. */
  join(mostMs: number, failed: readonly EndpointPool[] | undefined): WaitingCall {
    const call = new WaitingCall(this, failed, this.runtime);
    this.calls.add(call);
    this.runtime.stats.waited++;
    this.runtime.stats.activeWaiting++;
    call.waitFor(mostMs);
    return call;
  }

  /** The first that may be sent to an endpoint, which is now out of the line. */
  takeFor(endpoint: EndpointPool): WaitingCall | undefined {
    for (const call of this.calls) {
      if (call.failed?.includes(endpoint) === true) continue;
      this.leave(call);
      return call;
    }
    return undefined;
  }

  /** There will be no room any more; `because`: what those that wait are told. */
  dissolve(because: NeverSent): void {
    for (const call of this.calls) call.giveUp(because);
  }

  leave(call: WaitingCall): void {
    if (this.calls.delete(call)) this.runtime.stats.activeWaiting--;
  }
}

/** A request that waits for room: to whoever made it, a call whose connection takes its time. */
export class WaitingCall implements UpstreamCall {
  readonly failed: readonly EndpointPool[] | undefined;
  private call: UpstreamCall | undefined;
  private request: { readonly receiver: ResponseReceiver; readonly text: string; readonly isWhole: boolean } | undefined;
  private readonly line: WaitingLine;
  private readonly runtime: Runtime;
  private readonly timer: Timer;

  constructor(line: WaitingLine, failed: readonly EndpointPool[] | undefined, runtime: Runtime) {
    this.line = line;
    this.failed = failed;
    this.runtime = runtime;
    this.timer = new Timer(() => this.giveUp('overloaded'));
  }

  waitFor(ms: number): void {
    this.runtime.wheel.arm(this.timer, ms);
  }

  get endpoint(): EndpointPool | undefined {
    return this.call?.endpoint;
  }

  get isConnected(): boolean {
    return this.call?.isConnected === true;
  }

  send(receiver: ResponseReceiver, text: string, isWhole: boolean): void {
    this.request = { receiver, text, isWhole };
  }

  /** Its turn has come. */
  proceed(call: UpstreamCall): void {
    const { request } = this;
    this.runtime.wheel.remove(this.timer);
    this.call = call;
    if (request === undefined) return call.destroy();
    this.request = undefined;
    call.send(request.receiver, request.text, request.isWhole);
    if (call.isConnected) request.receiver.onConnected();
  }

  giveUp(because: NeverSent): void {
    const { request } = this;
    this.runtime.wheel.remove(this.timer);
    this.request = undefined;
    this.line.leave(this);
    if (because === 'overloaded') this.runtime.stats.overloaded++;
    request?.receiver.onFault(because, false, false);
  }

  write(piece: Buffer): boolean {
    return this.call?.write(piece) ?? false;
  }

  finishRequest(trailers: string): void {
    this.call?.finishRequest(trailers);
  }

  resume(): void {
    this.call?.resume();
  }

  discard(): void {
    this.call?.discard();
  }

  destroy(): void {
    this.request = undefined;
    if (this.call !== undefined) return this.call.destroy();
    this.line.leave(this);
    this.runtime.wheel.remove(this.timer);
  }

  endTunnel(): void {
    this.call?.endTunnel();
  }
}
