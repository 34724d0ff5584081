import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import { type Collector, ExportCall, type Outcome } from './export-call.ts';
import { encodeExport, type Resource } from './span.ts';

/** What waits at most; more spans are dropped, because requests never wait for a collector. */
const most = { spans: 2048, bytes: 4 << 20 };
/** What one export carries at most. */
const mostPerExport = { spans: 512, bytes: 1 << 20 };
/** A span waits this long for others to go with it. Milliseconds. */
const gatherMs = 1000;
/** Waits before further tries, doubled with each. Milliseconds. */
const firstWaitMs = 1000;
const mostTries = 5;
/** One failure may be a collector that is being restarted. */
const triesUntilSaid = 2;

/** Whose spans they are and where they go; changes with the configuration. */
export interface Destination extends Collector {
  readonly resource: Resource;
}

/** Sends the spans of one configuration in batches, one export at a time. It outlives tables, so that no span is lost by an edit. */
export class SpanExporter {
  destination: Destination;
  private readonly runtime: Runtime;
  private queue: Buffer[] = [];
  private queuedBytes = 0;
  /** The batch under way, as it was encoded, and how many spans it has. */
  private message: Buffer | undefined;
  private sending = 0;
  private tries = 0;
  private isCalling = false;
  private isLast = false;
  private settled: (() => void)[] = [];
  private readonly timer = new Timer(() => this.send());
  private readonly say: (line: string) => void;
  /** A person knows of the present trouble. */
  private hasSaid = false;

  constructor(destination: Destination, runtime: Runtime, say: (line: string) => void) {
    this.destination = destination;
    this.runtime = runtime;
    this.say = say;
  }

  /** Takes an encoded span, or drops it where too many wait. */
  add(span: Buffer): void {
    if (this.isLast || this.queue.length + this.sending >= most.spans || this.queuedBytes + span.length > most.bytes) {
      this.runtime.stats.spansLost++;
      return;
    }
    this.queue.push(span);
    this.queuedBytes += span.length;
    if (this.message !== undefined) return;
    if (this.queue.length >= mostPerExport.spans) this.send();
    else if (this.queue.length === 1) this.runtime.wheel.arm(this.timer, gatherMs);
  }

  /** Sends what waits at once, each batch with one try; resolves when nothing waits any more. No span is taken from now on. */
  finish(): Promise<void> {
    this.isLast = true;
    if (this.queue.length === 0 && this.message === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.settled.push(resolve);
      this.send();
    });
  }

  /** Drops what waits. */
  drop(): void {
    this.runtime.stats.spansLost += this.queue.length;
    this.queue = [];
    this.queuedBytes = 0;
    this.lose();
  }

  private send(): void {
    if (this.isCalling) return;
    this.message ??= this.nextBatch();
    if (this.message === undefined) return this.settle();
    this.isCalling = true;
    this.runtime.wheel.remove(this.timer);
    ExportCall.send(this.destination, this.message, (outcome) => this.ended(outcome), this.runtime);
  }

  private nextBatch(): Buffer | undefined {
    let bytes = 0;
    let count = 0;
    while (count < Math.min(this.queue.length, mostPerExport.spans) && (count === 0 || bytes < mostPerExport.bytes)) bytes += (this.queue[count++] as Buffer).length;
    if (count === 0) return undefined;
    this.sending = count;
    this.queuedBytes -= bytes;
    this.tries = 0;
    return encodeExport(this.destination.resource, this.queue.splice(0, count));
  }

  private ended(outcome: Outcome): void {
    this.isCalling = false;
    if (outcome.kind === 'taken') this.hasSaid = false;
    else if (outcome.kind === 'refused' || this.isLast || this.tries + 1 >= triesUntilSaid) this.sayTrouble(outcome.kind === 'refused' ? 'refuses spans' : 'takes no spans');
    if (outcome.kind === 'later' && this.message !== undefined && !this.isLast && ++this.tries < mostTries) {
      this.runtime.wheel.arm(this.timer, outcome.waitMs > 0 ? outcome.waitMs : firstWaitMs * 2 ** (this.tries - 1));
      return;
    }
    const arrived = outcome.kind === 'taken' ? Math.max(0, this.sending - outcome.rejected) : 0;
    this.runtime.stats.spansExported += arrived;
    this.runtime.stats.spansLost += this.sending - arrived;
    this.message = undefined;
    this.sending = 0;
    // Spans that came meanwhile have waited long enough.
    this.send();
  }

  /** Once, until spans are taken again. */
  private sayTrouble(what: string): void {
    if (this.hasSaid) return;
    this.hasSaid = true;
    this.say(`The collector ${this.destination.authority} ${what}: postern_spans_lost_total counts those that are lost.`);
  }

  private lose(): void {
    this.runtime.stats.spansLost += this.sending;
    this.message = undefined;
    this.sending = 0;
    this.settle();
  }

  private settle(): void {
    this.runtime.wheel.remove(this.timer);
    for (const resolve of this.settled.splice(0)) resolve();
  }
}
