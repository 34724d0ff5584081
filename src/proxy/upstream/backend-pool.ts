import type { Backend, Balancing, Certificate, Endpoint } from '../../ir/index.ts';
import type { Balancer, Hint } from '../balance/balancer.ts';
import { compileBalancer } from '../balance/compile.ts';
import { Ejections } from '../balance/ejections.ts';
import { compileHash, type Hashed, type HashOf } from '../balance/hash/hash-input.ts';
import { SlowStart } from '../balance/slow-start.ts';
import type { Cause } from '../errors.ts';
import type { BackendMeter } from '../observe/backend-meter.ts';
import type { RetryBudget } from '../retry/budget.ts';
import type { Runtime } from '../runtime.ts';
import type { UpstreamCall } from './call.ts';
import { endpointKey, type EndpointOwner, EndpointPool } from './endpoint-pool.ts';
import { secureSettings, type SecureSettings, settingsId } from './secure.ts';
import { type NeverSent, WaitingLine } from './waiting-line.ts';

export type { EndpointPool };

/** A request that waited takes a connection that is surely alive. */
const freshMs = 1000;

/** A backend and its endpoints. It lives as long as its key is in the configuration, through any number of tables. */
export class BackendPool implements EndpointOwner {
  protocol: Backend['protocol'] = 'http1';
  announces: Backend['proxyProtocol'];
  private readonly endpoints = new Map<string, EndpointPool>();
  private ready: readonly EndpointPool[] = [];
  private balancing: Balancing = { kind: 'round-robin' };
  private balancer: Balancer<EndpointPool> = compileBalancer(this.balancing);
  private readonly ejections: Ejections<EndpointPool>;
  private settings = '';
  /** Undefined: new endpoints take their whole part at once. */
  private slowStart: SlowStart<EndpointPool> | undefined;
  private hashOf: HashOf | undefined;
  /** Endpoints by their tokens, made when the first is asked for. */
  private byToken: ReadonlyMap<string, EndpointPool> | undefined;
  mostRequests = Infinity;
  private mostWaiting = 0;
  private mostWaitingMs = 0;
  private readonly line: WaitingLine;
  /** Its TLS settings can't be used, so nobody is asked: an endpoint is never reached in plain text or unverified in their place. */
  isRefused = false;
  private isRetired = false;
  private secure: SecureSettings | undefined;
  /** Shared with all backends of its scope; undefined: the routes alone say how often a request is tried. */
  retryBudget: RetryBudget | undefined;
  /** Of all pools of the backend. */
  readonly meter: BackendMeter;
  private readonly runtime: Runtime;

  constructor(meter: BackendMeter, runtime: Runtime) {
    this.meter = meter;
    this.runtime = runtime;
    this.ejections = new Ejections<EndpointPool>(this, runtime);
    this.line = new WaitingLine(runtime);
  }

  /** Ready endpoints. */
  get size(): number {
    return this.ready.length;
  }

  /** Whether there are ready endpoints now that are not among these. */
  hasOthers(failed: readonly EndpointPool[] = []): boolean {
    return this.ready.some((endpoint) => !failed.includes(endpoint));
  }

  /** A hash of the request or connection chooses. */
  get isHashed(): boolean {
    return this.hashOf !== undefined;
  }

  /** What an endpoint is chosen by for a request or, without one, a connection of a client's address; undefined where nothing is asked of it. */
  hintFor(request: Hashed | undefined, address: string): Hint | undefined {
    return this.hashOf === undefined ? undefined : { hash: this.hashOf(request, address) };
  }

  /** The endpoint for a request, not one of `failed` as long as there are others; undefined where none is ready. */
  next(hint?: Hint, failed?: readonly EndpointPool[]): EndpointPool | undefined {
    const named = hint?.token === undefined ? undefined : this.find(hint.token);
    if (named !== undefined && failed?.includes(named) !== true) return named;
    const hash = hint?.hash;
    const endpoint = this.balancer.next(hash, failed);
    return endpoint === undefined || hash !== undefined || this.slowStart?.isUnderWay !== true ? endpoint : this.warmed(endpoint, failed, this.slowStart);
  }

  /** The endpoint with a token, if it may be asked now. */
  private find(token: string): EndpointPool | undefined {
    this.byToken ??= new Map(this.ready.map((endpoint) => [endpoint.token, endpoint]));
    const endpoint = this.byToken.get(token);
    return endpoint !== undefined && this.ejections.leavesOut(endpoint) ? undefined : endpoint;
  }

  /** The endpoint whose turn it is, or, where that is new and passes its turn on, one of the next. */
  private warmed(first: EndpointPool, failed: readonly EndpointPool[] | undefined, slowStart: SlowStart<EndpointPool>): EndpointPool {
    let endpoint = first;
    for (let i = 0; i < this.ready.length && !slowStart.takes(endpoint); i++) endpoint = this.balancer.next(undefined, failed) ?? endpoint;
    return endpoint;
  }

  /**
   * A way to send a request to an endpoint that `next` chooses, or why there is none. A connection that was kept is used again if it
   * rested at most `mostRestMs`. Where all endpoints are busy the call waits for its turn.
   */
  call(hint: Hint | undefined, mostRestMs: number, failed?: readonly EndpointPool[]): UpstreamCall | Cause {
    const endpoint = this.next(hint, failed);
    if (endpoint === undefined) return this.isRefused ? 'tls-refused' : 'no-endpoint';
    return this.mostRequests === Infinity ? this.open(endpoint, mostRestMs) : this.callInTurn(endpoint, { hint, mostRestMs, failed });
  }

  private open(endpoint: EndpointPool, mostRestMs: number): UpstreamCall {
    return this.protocol === 'h2c' ? endpoint.takeStream() : endpoint.take(mostRestMs);
  }

  private callInTurn(first: EndpointPool, { hint, mostRestMs, failed }: Asked): UpstreamCall | Cause {
    // Where there is room nobody waits for it: those that wait come first whenever some is made.
    const endpoint = this.withRoom(first, hint, failed);
    if (endpoint !== undefined) return this.open(endpoint, mostRestMs);
    if (this.line.length < this.mostWaiting) return this.line.join(this.mostWaitingMs, failed);
    this.runtime.stats.overloaded++;
    return 'overloaded';
  }

  /** `first`, or where that is busy the next that is not. */
  private withRoom(first: EndpointPool, hint: Hint | undefined, failed: readonly EndpointPool[] = []): EndpointPool | undefined {
    if (first.active < this.mostRequests) return first;
    const busy = this.ready.filter(({ active }) => active >= this.mostRequests);
    const other = this.next(hint, [...failed, ...busy]);
    return other === undefined || busy.includes(other) || failed.includes(other) ? undefined : other;
  }

  roomAt(endpoint: EndpointPool): void {
    while (this.line.length > 0 && (endpoint.isActive || this.isRetired) && endpoint.active < this.mostRequests && !this.ejections.leavesOut(endpoint)) {
      const call = this.line.takeFor(endpoint);
      if (call === undefined) return;
      call.proceed(this.open(endpoint, freshMs));
    }
  }

  get judgesAnswers(): boolean {
    return this.ejections.judgesAnswers;
  }

  worked(endpoint: EndpointPool): void {
    this.ejections.worked(endpoint);
  }

  failed(endpoint: EndpointPool): void {
    this.ejections.failed(endpoint);
  }

  ejectionsChanged(): void {
    const some = this.ready.filter((endpoint) => !this.ejections.leavesOut(endpoint));
    this.balancer.set(some);
    for (const endpoint of some) this.roomAt(endpoint);
  }

  /** How endpoints are chosen and spared from now on; the proxy's options say what the backend does not. */
  balanceWith(backend: Pick<Backend, 'balancing' | 'limits' | 'ejection' | 'slowStartMs'>): void {
    const { options } = this.runtime;
    const { balancing = options.balancing, ejection = options.ejection, slowStartMs = options.slowStartMs, limits } = backend;
    this.mostRequests = limits?.requestsPerEndpoint ?? options.limits.endpointRequests;
    this.mostWaiting = limits?.waiting ?? options.limits.waitingRequests;
    this.mostWaitingMs = limits?.waitingMs ?? options.timeouts.waitingMs;
    for (const endpoint of this.ready) this.roomAt(endpoint);
    const settings = JSON.stringify([balancing, ejection, slowStartMs]);
    if (settings === this.settings) return;
    this.settings = settings;
    this.balancing = balancing;
    this.balancer = compileBalancer(balancing);
    this.hashOf = balancing.kind === 'hash' ? compileHash(balancing.on) : undefined;
    this.slowStart = slowStartMs > 0 ? new SlowStart(slowStartMs) : undefined;
    this.ejections.follow(ejection === 'off' ? undefined : ejection);
    this.balancer.set(this.ready);
  }

  /** How its endpoints are reached from now on. Connections made under other settings carry no further request. */
  secureWith(tls: Backend['tls'], certificate: Certificate | undefined): void {
    const id = tls === undefined || tls === 'refused' ? undefined : settingsId(tls, certificate);
    if (id === this.secure?.id && this.isRefused === (tls === 'refused')) return;
    this.update([]);
    const settings = tls === undefined || tls === 'refused' ? undefined : secureSettings(tls, certificate);
    this.secure = typeof settings === 'string' ? undefined : settings;
    this.isRefused = tls === 'refused' || typeof settings === 'string';
    if (this.isRefused) this.line.dissolve('tls-refused');
  }

  /** Takes a new list of endpoints; connections to those that stay are kept. */
  update(endpoints: readonly Endpoint[]): void {
    const wanted = new Map(this.isRefused ? [] : askable(endpoints).map((endpoint) => [endpointKey(endpoint), endpoint]));
    const isFirst = this.ready.length === 0;
    for (const [key, pool] of this.endpoints) {
      // Another name at the same address is another pod: nothing of the one before is its own.
      if (wanted.get(key)?.name === pool.name && wanted.has(key)) continue;
      this.endpoints.delete(key);
      this.slowStart?.forget(pool);
      pool.retire();
    }
    for (const [key, endpoint] of wanted) {
      if (this.endpoints.has(key)) continue;
      const pool = new EndpointPool(endpoint, { secure: this.secure, meter: this.meter, owner: this }, this.runtime);
      this.endpoints.set(key, pool);
      // The first of all have nobody to lean on.
      if (!isFirst) this.slowStart?.begin(pool);
    }
    this.ready = [...wanted.keys()].map((key) => this.endpoints.get(key) as EndpointPool);
    this.byToken = undefined;
    this.ejections.keepOnly(({ isActive }) => isActive);
    this.ejectionsChanged();
  }

  /**
   * It has left the configuration. Idle connections are closed, busy ones when their response is complete. Requests that had begun before, and
   * wait for an authorizer, another try or room, still get through.
   */
  retire(): void {
    this.isRetired = true;
    this.slowStart = undefined;
    this.ejections.follow(undefined);
    for (const endpoint of this.ready) endpoint.retire();
    this.ejectionsChanged();
  }

  /** It may not be used any more, for example since its endpoints are to be reached in another way. Those that wait have nothing to wait for. */
  shut(because: NeverSent): void {
    this.update([]);
    this.line.dissolve(because);
  }
}

interface Asked {
  readonly hint: Hint | undefined;
  readonly mostRestMs: number;
  readonly failed: readonly EndpointPool[] | undefined;
}

/** Ready endpoints; where there is none, those that are draining and still answer, as Services do in a cluster. */
export function askable(endpoints: readonly Endpoint[]): readonly Endpoint[] {
  const ready = endpoints.filter((it) => it.ready);
  return ready.length > 0 ? ready : endpoints.filter(({ draining }) => draining === true);
}
