import type { Backend, Certificate, Endpoint } from '../../ir/index.ts';
import type { Runtime } from '../runtime.ts';
import { ClientSession } from '../http2/client-session.ts';
import type { UpstreamCall } from './call.ts';
import { UpstreamConnection } from './connection.ts';
import { secureSettings, type SecureSettings, settingsId } from './secure.ts';

/** One endpoint with its idle connections. */
export class EndpointPool {
  readonly address: string;
  readonly port: number;
  /** Requests may go to it; false once it left the backend or is draining. */
  isActive = true;
  readonly idle: UpstreamConnection[] = [];
  /** Connections that speak HTTP/2, each for many requests. */
  private readonly sessions: ClientSession[] = [];
  /** Undefined: plain text. */
  readonly secure: SecureSettings | undefined;
  private readonly runtime: Runtime;

  constructor(endpoint: Endpoint, secure: SecureSettings | undefined, runtime: Runtime) {
    this.address = endpoint.address;
    this.port = endpoint.port;
    this.secure = secure;
    this.runtime = runtime;
  }

  /** The connection that rested shortest, if it rested at most `mostRestMs`, or a new one. */
  take(mostRestMs: number): UpstreamConnection {
    const idle = this.idle.at(-1);
    if (idle !== undefined && idle.restedMs() <= mostRestMs) {
      this.idle.pop();
      this.runtime.stats.upstreamReuses++;
      return idle;
    }
    return new UpstreamConnection(this, this.runtime);
  }

  /** A stream on the first connection that has room, or on a new one. */
  takeStream(): UpstreamCall {
    let session = this.sessions.find(({ hasRoom }) => hasRoom);
    if (session === undefined) this.sessions.push(session = new ClientSession(this, this.runtime));
    else this.runtime.stats.upstreamReuses++;
    return session.open();
  }

  leave(session: ClientSession): void {
    const index = this.sessions.indexOf(session);
    if (index >= 0) this.sessions.splice(index, 1);
  }

  remove(connection: UpstreamConnection): void {
    const index = this.idle.indexOf(connection);
    if (index >= 0) this.idle.splice(index, 1);
  }

  retire(): void {
    this.isActive = false;
    for (const connection of this.idle.splice(0)) connection.destroy();
    for (const session of this.sessions.splice(0)) session.retire();
  }
}

/** A backend and its endpoints, taken in turn. It lives as long as its key is in the configuration, through any number of tables. */
export class BackendPool {
  protocol: Backend['protocol'] = 'http1';
  private readonly endpoints = new Map<string, EndpointPool>();
  private ready: readonly EndpointPool[] = [];
  private cursor = 0;
  /** Its TLS settings can't be used, so nobody is asked: an endpoint is never reached in plain text or unverified in their place. */
  isRefused = false;
  private secure: SecureSettings | undefined;
  private readonly runtime: Runtime;

  constructor(runtime: Runtime) {
    this.runtime = runtime;
  }

  /** Ready endpoints. */
  get size(): number {
    return this.ready.length;
  }

  /** The next endpoint in turn, or undefined where none is ready. */
  next(): EndpointPool | undefined {
    const { ready } = this;
    if (this.cursor >= ready.length) this.cursor = 0;
    return ready[this.cursor++];
  }

  /** The next endpoint that is not among `failed`; any where all have failed. */
  nextBut(failed: readonly EndpointPool[]): EndpointPool | undefined {
    for (let i = 1; i < this.ready.length; i++) {
      const endpoint = this.next();
      if (endpoint === undefined || !failed.includes(endpoint)) return endpoint;
    }
    return this.next();
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
    const wanted = new Map(endpoints.filter(({ ready }) => ready && !this.isRefused).map((endpoint) => [`${endpoint.address} ${endpoint.port}`, endpoint]));
    for (const [key, pool] of this.endpoints) {
      if (wanted.has(key)) continue;
      this.endpoints.delete(key);
      pool.retire();
    }
    for (const [key, endpoint] of wanted) {
      if (!this.endpoints.has(key)) this.endpoints.set(key, new EndpointPool(endpoint, this.secure, this.runtime));
    }
    this.ready = [...wanted.keys()].map((key) => this.endpoints.get(key) as EndpointPool);
  }

  /** Closes idle connections; busy ones close when their response is complete. */
  retire(): void {
    this.update([]);
  }
}
