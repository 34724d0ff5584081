import type { Origin } from '../../contract/index.ts';
import type { BackendMeter } from './backend-meter.ts';
import { RequestMeter } from './request-meter.ts';
import { StreamMeter } from './stream-meter.ts';

/** Requests of a listener that go the same way. */
export interface RequestSeries {
  /** Absent where routes are not told apart, and for requests that no route took. */
  readonly rule: Origin | undefined;
  /** Absent for what was answered without a backend. */
  readonly backend: BackendMeter | undefined;
  readonly meter: RequestMeter;
}

/** What is counted on one listener. It outlives tables; requests reach it through the compiled listener that they met. */
export class ListenerMeter {
  /** `section` is absent for what no listener of a socket took. */
  readonly origin: Origin;
  activeRequests = 0;
  /** Requests refused or failed, by cause. */
  readonly causes: Map<string, number> = new Map();
  /** Tries beyond the first. */
  retries = 0;
  private readonly streams = new Map<BackendMeter | undefined, StreamMeter>();
  private readonly byWay = new Map<Origin | undefined, Map<BackendMeter | undefined, RequestSeries>>();
  private readonly tellsRoutes: boolean;
  private last: RequestSeries | undefined;

  constructor(origin: Origin, tellsRoutes: boolean) { // oxlint-disable-line -- a setting of all meters.
    this.origin = origin;
    this.tellsRoutes = tellsRoutes;
  }

  /** Where requests that `rule` sent to `backend` are counted. `rule` must be the same object for the same rule. */
  requests(rule: Origin | undefined, backend: BackendMeter | undefined): RequestMeter {
    const { last } = this;
    const known = this.tellsRoutes ? rule : undefined;
    if (last !== undefined && last.backend === backend && last.rule === known) return last.meter;
    let ways = this.byWay.get(known);
    if (ways === undefined) this.byWay.set(known, ways = new Map());
    let series = ways.get(backend);
    if (series === undefined) ways.set(backend, series = { rule: known, backend, meter: new RequestMeter() });
    this.last = series;
    return series.meter;
  }

  streamsTo(backend: BackendMeter | undefined): StreamMeter {
    let meter = this.streams.get(backend);
    if (meter === undefined) this.streams.set(backend, meter = new StreamMeter());
    return meter;
  }

  countCause(cause: string): void {
    this.causes.set(cause, (this.causes.get(cause) ?? 0) + 1);
  }

  get requestSeries(): RequestSeries[] {
    return [...this.byWay.values()].flatMap((ways) => [...ways.values()]);
  }

  get streamSeries(): ReadonlyMap<BackendMeter | undefined, StreamMeter> {
    return this.streams;
  }

  /** Drops the series of rules and backends that are gone for good. */
  drop(isGone: (part: Origin | BackendMeter) => boolean): void {
    this.last = undefined;
    for (const [rule, ways] of this.byWay) {
      if (rule !== undefined && isGone(rule)) this.byWay.delete(rule);
      for (const backend of ways.keys()) if (backend !== undefined && isGone(backend)) ways.delete(backend);
    }
    for (const backend of this.streams.keys()) if (backend !== undefined && isGone(backend)) this.streams.delete(backend);
  }
}
