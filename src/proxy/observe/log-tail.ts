import { type LineForm, requestLine, streamLine } from './log-line.ts';
import type { Observation, Observer, Watch } from './observation.ts';
import type { StreamObservation } from './stream-observation.ts';

/** Lines of the access log in JSON, without their line feeds. */
export interface RecentLines {
  readonly lines: readonly string[];
  /** What to ask for the next time. */
  readonly next: number;
  /** Lines that came since the last time and that are forgotten already. */
  readonly lost: number;
}

/** The newest lines, each with its number. */
export class LineRing {
  private readonly most: number;
  private lines: string[] = [];
  /** Number of the line that comes next. */
  private next = 1;

  constructor(most: number) {
    this.most = most;
  }

  add(line: string): void {
    this.lines.push(line);
    this.next++;
    // Forgetting many at once costs less than one each time.
    if (this.lines.length >= 2 * this.most) this.lines = this.lines.slice(-this.most);
  }

  /** Those from number `since` on; 0: only how to go on from here. */
  from(since: number): RecentLines {
    if (since === 0 || since > this.next) return { lines: [], next: this.next, lost: 0 };
    const kept = Math.min(this.lines.length, this.most);
    const first = Math.max(since, this.next - kept);
    return { lines: first === this.next ? [] : this.lines.slice(first - this.next), next: this.next, lost: first - since };
  }
}

/** As many lines wait for a reader. */
export const mostLines = 5000;
/** Whoever has not asked for so long does not read any more. Milliseconds. */
const patienceMs = 10_000;

const form: LineForm = { format: 'json', query: true };

/** The newest lines of a proxy, for as long as somebody reads them; else requests leave nothing behind. */
export class LogTail implements Observer {
  private readonly watch: Watch & { readonly observers: Observer[] };
  private ring: LineRing | undefined;
  private timer: NodeJS.Timeout | undefined;

  constructor(watch: Watch & { readonly observers: Observer[] }) {
    this.watch = watch;
  }

  finished(observation: Observation): void {
    if (observation.facts !== undefined) this.ring?.add(requestLine(observation, observation.facts, form).trimEnd());
  }

  streamFinished(observation: StreamObservation): void {
    this.ring?.add(streamLine(observation, form).trimEnd());
  }

  from(since: number): RecentLines {
    if (this.ring === undefined) this.watch.observers.push(this);
    this.ring ??= new LineRing(mostLines);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.stop(), patienceMs).unref();
    return this.ring.from(since);
  }

  stop(): void {
    clearTimeout(this.timer);
    const at = this.watch.observers.indexOf(this);
    if (at >= 0) this.watch.observers.splice(at, 1);
    this.ring = undefined;
  }
}
