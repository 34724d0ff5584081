import type { Backend, Certificate, Endpoint } from '../../ir/index.ts';
import type { Balancer, Hint } from '../balance/balancer.ts';
import { RoundRobin } from '../balance/round-robin/round-robin.ts';
import type { Cause } from '../errors.ts';
import type { BackendMeter } from '../observe/backend-meter.ts';
import type { Runtime } from '../runtime.ts';
import type { UpstreamCall } from './call.ts';
import { endpointKey, EndpointPool } from './endpoint-pool.ts';
import { secureSettings, type SecureSettings, settingsId } from './secure.ts';

export type { EndpointPool };

/** A backend and its endpoints. It lives as long as its key is in the configuration, through any number of tables. */
export class BackendPool {
  protocol: Backend['protocol'] = 'http1';
  private readonly endpoints = new Map<string, EndpointPool>();
  private ready: readonly EndpointPool[] = [];
  private readonly balancer: Balancer<EndpointPool> = new RoundRobin();
  /** Its TLS settings can't be used, so nobody is asked: an endpoint is never reached in plain text or unverified in their place. */
  isRefused = false;
  private secure: SecureSettings | undefined;
  /** Of all pools of the backend. */
  readonly meter: BackendMeter;
  private readonly runtime: Runtime;

  constructor(meter: BackendMeter, runtime: Runtime) {
    this.meter = meter;
    this.runtime = runtime;
  }

  /** Ready endpoints. */
  get size(): number {
    return this.ready.length;
  }

  /** The endpoint for a request, not one of `failed` as long as there are others; undefined where none is ready. */
  next(hint?: Hint, failed?: readonly EndpointPool[]): EndpointPool | undefined {
    if (hint === undefined) return this.balancer.next(undefined, failed);
    const named = hint.token === undefined ? undefined : this.ready.find(({ token }) => token === hint.token);
    if (named !== undefined && failed?.includes(named) !== true) return named;
    return this.balancer.next(hint.hash, failed);
  }

  /**
   * A way to send a request to an endpoint that `next` chooses, or why there is none. A connection that was kept is used again if it
   * rested at most `mostRestMs`.
   */
  call(hint: Hint | undefined, mostRestMs: number, failed?: readonly EndpointPool[]): UpstreamCall | Cause {
    const endpoint = this.next(hint, failed);
    if (endpoint === undefined) return this.isRefused ? 'tls-refused' : 'no-endpoint';
    return this.protocol === 'h2c' ? endpoint.takeStream() : endpoint.take(mostRestMs);
  }

  /** How its endpoints are reached from now on. Connections made under other settings carry no further request. */
  secureWith(tls: Backend['tls'], certificate: Certificate | undefined): void {
    const id = tls === undefined || tls === 'refused' ? undefined : settingsId(tls, certificate);
    if (id === this.secure?.id && this.isRefused === (tls === 'refused')) return;
    this.update([]);
    const settings = tls === undefined || tls === 'refused' ? undefined : secureSettings(tls, certificate);
    this.secure = typeof settings === 'string' ? undefined : settings;
    this.isRefused = tls === 'refused' || typeof settings === 'string';
  }

  /** Takes a new list of endpoints; connections to those that stay are kept. */
  update(endpoints: readonly Endpoint[]): void {
    const wanted = new Map(endpoints.filter(({ ready }) => ready && !this.isRefused).map((endpoint) => [endpointKey(endpoint), endpoint]));
    for (const [key, pool] of this.endpoints) {
      if (wanted.has(key)) continue;
      this.endpoints.delete(key);
      pool.retire();
    }
    for (const [key, endpoint] of wanted) {
      if (!this.endpoints.has(key)) this.endpoints.set(key, new EndpointPool(endpoint, { secure: this.secure, meter: this.meter }, this.runtime));
    }
    this.ready = [...wanted.keys()].map((key) => this.endpoints.get(key) as EndpointPool);
    this.balancer.set(this.ready);
  }

  /** Closes idle connections; busy ones close when their response is complete. */
  retire(): void {
    this.update([]);
  }
}
