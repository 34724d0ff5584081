import type { Passage } from '../l4/stream-table.ts';
import type { BackendMeter } from './backend-meter.ts';
import type { ObservedEndpoint, Watch } from './observation.ts';
import type { StreamMeter } from './stream-meter.ts';

/** Who a connection or UDP session belongs to. */
export interface StreamClient {
  readonly transport: 'tcp' | 'udp';
  readonly address: string;
  readonly port: number;
}

/** What one connection of layer 4, or one UDP session, leaves behind. Times are of `performance.now()`, milliseconds. */
export class StreamObservation {
  readonly client: StreamClient;
  readonly passage: Passage;
  readonly startedAt: number = performance.now();
  endedAt = 0;
  /** Undefined where it was refused before one was chosen. */
  readonly backend: BackendMeter | undefined;
  /** Of the last try. */
  endpoint: ObservedEndpoint | undefined;
  tries = 0;
  /** From the client to the endpoint, and back. */
  receivedBytes = 0;
  sentBytes = 0;
  /** Of docs/errors.md; `''` where the two sides said all they wanted. */
  cause = '';
  private readonly meter: StreamMeter;
  private readonly watch: Watch;

  constructor(client: StreamClient, passage: Passage, watch: Watch) {
    this.client = client;
    this.passage = passage;
    this.watch = watch;
    this.backend = 'meter' in passage.destination ? passage.destination.meter : undefined;
    this.meter = passage.listener.streamsTo(this.backend);
    this.meter.begun++;
    this.meter.active++;
  }

  try(endpoint: ObservedEndpoint): void {
    this.tries++;
    this.endpoint = endpoint;
  }

  received(bytes: number): void {
    this.receivedBytes += bytes;
    this.meter.received += bytes;
  }

  sent(bytes: number): void {
    this.sentBytes += bytes;
    this.meter.sent += bytes;
  }

  /** Both sides are closed; later calls change nothing. */
  end(): void {
    if (this.endedAt !== 0) return;
    this.endedAt = performance.now();
    this.meter.active--;
    // Sessions of UDP have no end of their own that could be waited for.
    if (this.cause === '' && this.watch.isCutOff && this.client.transport === 'tcp') this.cause = 'drain-timeout';
    if (this.cause !== '') this.passage.listener.countCause(this.cause);
    for (const observer of this.watch.observers) observer.streamFinished?.(this);
  }
}
