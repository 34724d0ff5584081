/**
 * The seam between the proxy and all who watch it. Each request has one Observation, which HTTP/1 and HTTP/2 fill in alike while it goes
 * its way; `end` counts it in the meters of its listener, and shows it to `runtime.observers`.
 *
 * To hook in: implement Observer and put it into `runtime.observers` (proxy.ts makes it).
 * - `begun` comes when the head was read, while it is at hand: decide there whether to trace, and keep ids in `facts.trace`.
 * - `finished` comes once, after the last byte, the failure, or the client's leaving. The observation belongs to the next request
 *   after the call: copy what you need. Work there delays the next request, so leave slow work for later.
 * - To time something new, add a field here, set it where it happens under `if (observation.facts !== undefined)`: that is the one
 *   check that costs something where nobody watches.
 */
import type { Origin } from '../../contract/index.ts';
import type { Endpoint } from '../../ir/index.ts';
import type { Answer } from '../http1/answer.ts';
import { countStatus, type ProxyStats } from '../stats.ts';
import type { BackendMeter } from './backend-meter.ts';
import type { ListenerMeter } from './listener-meter.ts';
import type { RequestFacts } from './request-facts.ts';
import type { RouteCounts } from './route-counts.ts';
import type { StreamObservation } from './stream-observation.ts';

/** Who is told of requests; see the top of the file. */
export interface Observer {
  begun?(observation: Observation): void;
  finished?(observation: Observation): void;
  /** A connection of layer 4, or a UDP session, is over. */
  streamFinished?(observation: StreamObservation): void;
}

/** How a request ended: `broken`: the client got part of an answer; `aborted`: the client left before the end. */
export type Ending = 'whole' | 'broken' | 'aborted';

/** The endpoint of a try, in the words of the IR. */
export type ObservedEndpoint = Pick<Endpoint, 'address' | 'port'> & { readonly name: string | undefined };

/** What an observation needs of the runtime. */
export interface Watch {
  readonly stats: ProxyStats;
  /** Empty where nobody asked: then no facts are gathered. */
  readonly observers: readonly Observer[];
  /** Counts requests by rule; undefined while nobody asks for that. */
  readonly routeCounts?: RouteCounts | undefined;
  /** The time to drain is over: connections end because they are cut off. */
  readonly isCutOff: boolean;
}

/** What one request leaves behind. Times are of `performance.now()`, milliseconds; 0: it did not come to that, or nobody watches. */
export class Observation {
  /** The head of the request was read. */
  startedAt = 0;
  /** The head of the answer that the client gets has come from the backend. */
  answeredAt = 0;
  /** Set in `end`. */
  endedAt = 0;
  ending: Ending = 'whole';
  /** The listener that serves it, or the socket where none does. */
  listener: ListenerMeter | undefined;
  /** Rule and match of the route that took it. */
  rule: Origin | undefined;
  /** What the path of that route looks like (`http.route`), `''` where none took it. */
  pattern = '';
  backend: BackendMeter | undefined;
  /** Of the last try. */
  endpoint: ObservedEndpoint | undefined;
  /** Of the answer that the client got; 0: none. */
  status = 0;
  /** Of errors.ts, of the IR's Respond, or `client-closed`; `''` where all went well. */
  cause = '';
  tries = 0;
  /** Bytes of the bodies as they went on, with the framing of chunks. */
  requestBytes = 0;
  responseBytes = 0;
  /** What the request said; only gathered where somebody watches. */
  facts: RequestFacts | undefined;
  private readonly watch: Watch;

  constructor(watch: Watch) {
    this.watch = watch;
  }

  /** A request has come. Where somebody watches, `describe` must follow. */
  begin(listener: ListenerMeter): void {
    this.startedAt = performance.now();
    this.answeredAt = this.endedAt = this.status = this.tries = this.requestBytes = this.responseBytes = 0;
    this.ending = 'whole';
    this.cause = this.pattern = '';
    this.rule = this.backend = this.endpoint = this.facts = undefined;
    this.listener = listener;
    listener.activeRequests++;
    this.watch.stats.activeRequests++;
  }

  /** What the request says, while its head is at hand; only where there are observers. */
  describe(facts: RequestFacts): void {
    this.facts = facts;
    for (const observer of this.watch.observers) observer.begun?.(this);
  }

  /** The listener is found that serves the request. */
  enter(listener: ListenerMeter): void {
    (this.listener as ListenerMeter).activeRequests--;
    this.listener = listener;
    listener.activeRequests++;
  }

  /** Another try begins; `endpoint` is undefined while it waits for its turn. */
  try(endpoint: ObservedEndpoint | undefined): void {
    if (this.tries++ > 0 && this.listener !== undefined) this.listener.retries++;
    this.endpoint = endpoint;
  }

  /** The head of the answer is on its way. */
  answer(status: number): void {
    this.status = status;
    countStatus(this.watch.stats, status);
    if (this.facts !== undefined) this.answeredAt = performance.now();
  }

  /** Postern answers itself. */
  answerItself({ status, text, content, cause = '' }: Answer, toHead: boolean): void { // oxlint-disable-line -- a fact of the request.
    this.watch.stats.ownAnswers++;
    this.cause = cause;
    this.answer(status);
    const bytes = content?.length ?? (text === '' ? 0 : Buffer.byteLength(text) + 1);
    this.responseBytes = toHead || status === 204 || status === 304 ? 0 : bytes;
  }

  /** Nothing of the request is under way any more. */
  end(ending: Ending): void {
    const { listener } = this;
    if (listener === undefined) return;
    const { stats, observers, routeCounts } = this.watch;
    this.endedAt = performance.now();
    this.ending = ending;
    stats.activeRequests--;
    listener.activeRequests--;
    if (ending !== 'whole') this.fail(ending, stats);
    if (this.cause !== '') listener.countCause(this.cause);
    const meter = listener.requests(this.rule, this.backend);
    meter.received += this.requestBytes;
    meter.sent += this.responseBytes;
    meter.count(this.status, this.endedAt - this.startedAt);
    if (routeCounts !== undefined && this.rule !== undefined) routeCounts.count(this.rule, this.status);
    this.facts?.trace?.finish(this);
    if (observers.length > 0) for (const observer of observers) observer.finished?.(this);
    this.listener = undefined;
  }

  private fail(ending: Ending, stats: ProxyStats): void {
    stats.statusClass[0]++;
    if (ending === 'aborted') stats.clientAborts++;
    if (this.cause !== '') return;
    if (ending === 'broken') this.cause = 'backend-closed';
    else this.cause = this.watch.isCutOff ? 'drain-timeout' : 'client-closed';
  }
}
