import { isIP } from 'node:net';
import type { Backend, Endpoint } from '../../ir/index.ts';
import type { Candidate } from '../balance/balancer.ts';
import { ClientSession } from '../http2/client-session.ts';
import { endpointToken } from '../persistence/token.ts';
import type { BackendMeter } from '../observe/backend-meter.ts';
import type { Runtime } from '../runtime.ts';
import type { UpstreamCall } from './call.ts';
import { UpstreamConnection } from './connection.ts';
import { NameLookup } from './name-lookup.ts';
import type { SecureSettings } from './secure.ts';

/** What tells endpoints of a backend apart. */
export function endpointKey({ address, port }: Endpoint): string {
  return `${address} ${port}`;
}

/** Who keeps an endpoint, and is told how it fares. */
export interface EndpointOwner {
  /** Requests that one endpoint may have at a time. */
  readonly mostRequests: number;
  /** Connections of layer 4 begin with the client's address in this form. */
  readonly announces: Backend['proxyProtocol'];
  /** Answers are judged, not only connections. */
  readonly judgesAnswers: boolean;
  worked(endpoint: EndpointPool): void;
  failed(endpoint: EndpointPool): void;
  /** An endpoint has a request less than before. */
  roomAt(endpoint: EndpointPool): void;
}

/** Answers of gateways that say that nothing behind them answered (RFC 9110 section 15.6). */
const gatewayErrors: ReadonlySet<number> = new Set([502, 503, 504]);

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
  readonly owner: EndpointOwner;
  /** Where its address is a name. */
  readonly names: NameLookup | undefined;
  private readonly runtime: Runtime;
  private knownToken: string | undefined;

  constructor(endpoint: Endpoint, { secure, meter, owner }: Pick<EndpointPool, 'secure' | 'meter' | 'owner'>, runtime: Runtime) {
    this.key = endpointKey(endpoint);
    this.address = endpoint.address;
    this.port = endpoint.port;
    this.name = endpoint.name;
    this.secure = secure;
    this.meter = meter;
    this.owner = owner;
    this.names = isIP(endpoint.address) === 0 ? new NameLookup() : undefined;
    this.runtime = runtime;
  }

  /** Names it to clients (session persistence), in the same way in every process and after every start. */
  get token(): string {
    return this.knownToken ??= endpointToken(this.name ?? this.key, this.runtime.options.sessionKey);
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
    // Room that an idle connection takes up, which rested too long for this request.
    if (this.open >= this.owner.mostRequests) this.idle.shift()?.destroy();
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

  /** A connection has nothing to do. */
  rest(connection: UpstreamConnection): void {
    this.idle.push(connection);
    this.owner.roomAt(this);
  }

  /** A connection that `take` made is gone. */
  closed(connection: UpstreamConnection): void {
    this.remove(connection);
    this.open--;
    this.owner.roomAt(this);
  }

  /** A stream has ended. */
  ended(): void {
    this.owner.roomAt(this);
  }

  /** A connection came about. */
  connected(): void {
    if (!this.owner.judgesAnswers) this.owner.worked(this);
  }

  /** A connection did not come about. */
  missed(): void {
    this.owner.failed(this);
  }

  /** It gave an answer with this status, or should have: 502 for a broken one, 504 for one that did not come in time. */
  answered(status: number): void {
    if (!this.owner.judgesAnswers) return;
    if (gatewayErrors.has(status)) this.owner.failed(this);
    else this.owner.worked(this);
  }

  retire(): void {
    this.isActive = false;
    for (const connection of this.idle.splice(0)) connection.destroy();
    for (const session of this.sessions.splice(0)) session.retire();
  }
}
