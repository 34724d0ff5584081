import { createHash } from 'node:crypto';
import type { Endpoint } from '../../ir/index.ts';
import type { Candidate } from '../balance/balancer.ts';
import { ClientSession } from '../http2/client-session.ts';
import type { BackendMeter } from '../observe/backend-meter.ts';
import type { Runtime } from '../runtime.ts';
import type { UpstreamCall } from './call.ts';
import { UpstreamConnection } from './connection.ts';
import type { SecureSettings } from './secure.ts';

/** What tells endpoints of a backend apart. */
export function endpointKey({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** One endpoint with its connections. */
export class EndpointPool implements Candidate {
  readonly key: string;
  readonly address: string;
  readonly port: number;
  /** Pod or target name, for logs. */
  readonly name: string | undefined;
  /** Requests may go to it; false once it left the backend or is draining. */
  isActive = true;
  readonly idle: UpstreamConnection[] = [];
  /** Connections for one request at a time, idle ones among them. */
  open = 0;
  /** Connections and sessions of layer 4. */
  streams = 0;
  /** Connections that speak HTTP/2, each for many requests. */
  private readonly sessions: ClientSession[] = [];
  /** Undefined: plain text. */
  readonly secure: SecureSettings | undefined;
  /** Of its backend. */
  readonly meter: BackendMeter;
  private readonly runtime: Runtime;
  private knownToken: string | undefined;

  constructor(endpoint: Endpoint, { secure, meter }: Pick<EndpointPool, 'secure' | 'meter'>, runtime: Runtime) {
    this.key = endpointKey(endpoint);
    this.address = endpoint.address;
    this.port = endpoint.port;
    this.name = endpoint.name;
    this.secure = secure;
    this.meter = meter;
    this.runtime = runtime;
  }

  /** Names it in the same way in every process and after every start. It is no secret, and whoever knows all addresses can find its. */
  get token(): string {
    return this.knownToken ??= createHash('sha256').update(this.key).digest('base64url').slice(0, 16);
  }

  /** Requests and connections under way. */
  get active(): number {
    let active = this.open - this.idle.length + this.streams;
    for (const session of this.sessions) active += session.active;
    return active;
  }

  /** The connection that rested shortest, if it rested at most `mostRestMs`, or a new one. */
  take(mostRestMs: number): UpstreamConnection {
    const idle = this.idle.at(-1);
    if (idle !== undefined && idle.restedMs() <= mostRestMs) {
      this.idle.pop();
      this.runtime.stats.upstreamReuses++;
      return idle;
    }
    this.open++;
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

  /** A connection that `take` made is gone. */
  closed(connection: UpstreamConnection): void {
    this.remove(connection);
    this.open--;
  }

  retire(): void {
    this.isActive = false;
    for (const connection of this.idle.splice(0)) connection.destroy();
    for (const session of this.sessions.splice(0)) session.retire();
  }
}
