import type { Table } from '../../base/index.ts';
import type { ApplyReport, ListenerReport, MetricFamily } from '../../contract/index.ts';
import type { Endpoint, Ir, IrChange, SocketKey } from '../../ir/index.ts';
import type { Place } from '../listen/bound-door.ts';
import type { ProxySettings } from '../options.ts';
import type { Proxy } from '../proxy.ts';
import { JoinedMetrics, mergeFamilies } from '../observe/joined-metrics.ts';
import { LineRing, mostLines, type RecentLines } from '../observe/log-tail.ts';
import { ProcessFigures } from '../observe/process-families.ts';
import type { ProxyStats } from '../stats.ts';
import { newTicketSecret, ticketRotationMs } from '../tls/ticket-keys.ts';
import { ownCopy, tellChange } from './ir-part.ts';
import { irText } from './ir-text.ts';
import { joinReports } from './join-reports.ts';
import { PortShares } from './port-shares.ts';
import { Restarts } from './restarts.ts';
import { sumStats } from './sum-stats.ts';
import { Worker } from './worker.ts';

export interface WorkerPoolOptions {
  /** Worker processes that serve; one more waits. */
  readonly count: number;
  readonly settings: ProxySettings;
  /** Something happened that a person should know: one sentence. */
  say(line: string): void;
}

/** A data plane of several processes. */
export interface WorkerPool extends Proxy {
  /** Puts a new process in the place of each, one after the other; the old ones end within `graceMs`. Connections that wait are kept. */
  replaceAll(graceMs: number): Promise<void>;
  /** Process ids of those that serve. */
  readonly pids: readonly number[];
}

/** How often workers are asked for their counters, so that little is lost with one that is killed. */
const figuresMs = 1000;
/** The same for metrics, which are many where rules are many. */
const metricsMs = 5000;

/** Worker processes that share ports and one configuration. */
export class NativeWorkerPool implements WorkerPool {
  private readonly options: WorkerPoolOptions;
  private readonly ports: PortShares;
  private readonly restarts = new Restarts();
  /** By place; undefined while one is being replaced. */
  private readonly serving: (Worker | undefined)[];
  /** Started and configured, and without ports. */
  private spare: Worker | undefined;
  /** Resolves when the spare has the configuration. */
  private spareIsReady: Promise<unknown> = Promise.resolve();
  /** Replaced and still busy. */
  private readonly leaving = new Set<Worker>();
  private readonly gone: ProxyStats[] = [];
  private readonly joined = new JoinedMetrics();
  /** Of this process, which serves nothing itself. */
  private readonly own = new ProcessFigures();
  private readonly lines = new LineRing(mostLines);
  private tickets = newTicketSecret();
  private ir: Ir | undefined;
  private text: string | undefined;
  /** All of the configuration is served; else each apply tries again what failed. */
  private isWhole = false;
  private queue: Promise<unknown> = Promise.resolve();
  private isClosing = false;
  private readonly timers: NodeJS.Timeout[];

  constructor(options: WorkerPoolOptions) {
    this.options = options;
    this.ports = new PortShares(options.count);
    this.serving = Array.from({ length: options.count }, () => undefined);
    for (const index of this.serving.keys()) this.put(index, this.start());
    this.timers = [
      setInterval(() => void this.refresh(), figuresMs).unref(),
      setInterval(() => void this.askMetrics(), metricsMs).unref(),
      setInterval(() => this.rotateTickets(newTicketSecret()), ticketRotationMs).unref(),
    ];
  }

  get pids(): number[] {
    return this.serving.flatMap((worker) => worker?.pid ?? []);
  }

  apply(ir: Ir, change?: IrChange): Promise<ApplyReport> {
    return this.inTurn(() => (change === undefined ? undefined : this.changeNow(ir, change)) ?? this.applyNow(ir));
  }

  /** Configurations and replacements do not interleave. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  /** Undefined where all of it has to be told. */
  private changeNow(ir: Ir, change: IrChange): Promise<ApplyReport> | undefined {
    if (this.ir === undefined || !this.isWhole) return undefined;
    this.text = undefined;
    const part = irText(tellChange(this.ir, ir, change));
    if (this.spare !== undefined) void this.spare.ask('change', { part });
    return Promise.all(this.serving.map((worker) => worker?.ask('change', { part }))).then((reports) => this.join(ir, reports, new Map()));
  }

  private join(ir: Ir, reports: readonly (ApplyReport | undefined)[], failures: ReadonlyMap<SocketKey, ListenerReport>): ApplyReport {
    const report = joinReports(ir, reports.filter((it) => it !== undefined), failures);
    this.isWhole = Object.values(report.listeners).every(({ state }) => state === 'serving');
    return report;
  }

  private async applyNow(ir: Ir): Promise<ApplyReport> {
    this.isWhole = false;
    const placed = await this.ports.begin(ir);
    this.ir = ownCopy(placed.ir);
    this.text = undefined;
    const reports = await Promise.all(this.serving.map((worker, index) => worker && this.configure(worker, index)));
    this.ports.closeOthers();
    if (this.spare === undefined) this.prepareSpare();
    else void this.configure(this.spare);
    return this.join(ir, reports, placed.failures);
  }

  /** Brings a worker to the present configuration: one that serves with its ports, a spare without. */
  private configure(worker: Worker, index?: number): Promise<ApplyReport | undefined> {
    if (this.ir === undefined) return Promise.resolve(undefined);
    if (index !== undefined) void this.lendPorts(worker, index);
    this.text ??= irText(this.ir);
    return worker.ask('apply', { ir: this.text });
  }

  /** Resolves when the worker accepts connections on them, or would if it had a configuration. */
  private async lendPorts(worker: Worker, index: number): Promise<void> {
    const places = this.ports.of(index);
    const sent = [...places].filter(([place]) => !worker.places.has(place)).map(([place, handle]) => worker.ask('socket', { place }, handle));
    worker.places.clear();
    for (const place of places.keys()) worker.places.add(place);
    await Promise.all(sent);
  }

  private start(): Worker {
    const worker = new Worker(this.options.say);
    void worker.ask('begin', { settings: this.options.settings, tickets: this.tickets });
    return worker;
  }

  private prepareSpare(): void {
    if (this.isClosing) return;
    const spare = this.start();
    this.spare = spare;
    this.spareIsReady = this.configure(spare);
    void spare.ended.then((how) => {
      if (this.spare !== spare) return;
      this.spare = undefined;
      this.afterDeath(`The spare worker ${spare.pid} ended (${how})`, () => this.prepareSpare());
    });
  }

  /** Lets a worker serve in a place from now on, and puts another there when it dies. */
  private put(index: number, worker: Worker): void {
    this.serving[index] = worker;
    void worker.ended.then((how) => {
      this.keepFigures(worker);
      if (this.serving[index] !== worker) return;
      this.serving[index] = undefined;
      this.afterDeath(`Worker ${worker.pid} ended (${how})`, () => void this.fill(index), index);
    });
  }

  private afterDeath(what: string, mend: () => void, index?: number): void {
    if (this.isClosing) return;
    const waitMs = this.restarts.waitAfterDeath(performance.now());
    if (waitMs === 0) {
      this.options.say(`${what}; another takes its place.`);
      mend();
      return;
    }
    this.options.say(`${what}. Workers end all the time: the next one is started in ${waitMs / 1000} s.`);
    if (index !== undefined) this.ports.release(index);
    this.timers.push(setTimeout(mend, waitMs));
  }

  /** Puts the spare, or a new worker, into an empty place. */
  private async fill(index: number): Promise<void> {
    if (this.isClosing) return;
    const { spare } = this;
    this.spare = undefined;
    const worker = spare ?? this.start();
    this.put(index, worker);
    if (spare === undefined) await this.configure(worker, index);
    else await this.lendPorts(worker, index);
    if (this.spare === undefined && this.ir !== undefined) this.prepareSpare();
  }

  replaceAll(graceMs: number): Promise<void> {
    return this.inTurn(async () => {
      for (const [index, old] of this.serving.entries()) {
        if (old === undefined || this.isClosing) continue;
        // Connections wait in the queue until the next one is there: that must not be the time that a process takes to start.
        await this.spareIsReady;
        if (this.serving[index] !== old) continue;
        this.serving[index] = undefined;
        this.leaving.add(old);
        const isDrained = old.drain(graceMs, true);
        await this.fill(index);
        void isDrained.then(() => old.kill());
        void old.ended.then(() => this.leaving.delete(old));
      }
    });
  }

  updateEndpoints(endpoints: Table<readonly Endpoint[]>): void {
    if (this.ir !== undefined) this.ir = { ...this.ir, endpoints: { ...this.ir.endpoints, ...endpoints } };
    this.text = undefined;
    for (const worker of this.configured) void worker.ask('endpoints', { endpoints });
  }

  rotateTickets(secret: Buffer): void {
    this.tickets = secret;
    for (const worker of this.configured) void worker.ask('tickets', { secret });
  }

  private get configured(): Worker[] {
    return [...this.serving, this.spare].filter((worker) => worker !== undefined);
  }

  bound(): Table<Place> {
    return this.ports.bound();
  }

  async close(graceMs: number, manner?: 'prompt' | 'patient'): Promise<void> {
    this.isClosing = true;
    await this.queue;
    for (const timer of this.timers) clearTimeout(timer);
    this.own.stop();
    const workers = [...this.serving, ...this.leaving].filter((worker) => worker !== undefined);
    // Nobody shall wait in a queue that is no longer served; the ports close with the last process that has them.
    this.ports.close();
    this.spare?.kill();
    await Promise.all(workers.map(async (worker) => {
      await worker.drain(graceMs, manner === 'patient');
      worker.kill();
      await worker.ended;
    }));
    await this.spare?.ended;
  }

  private keepFigures(worker: Worker): void {
    this.joined.ended(worker.metrics);
    if (worker.figures !== undefined) this.gone.splice(0, this.gone.length, sumStats([], [...this.gone, worker.figures]));
  }

  async refresh(): Promise<void> {
    const workers = [...this.serving, ...this.leaving].filter((worker) => worker !== undefined);
    await Promise.all(workers.map(async (worker) => {
      worker.figures = await worker.ask('stats', {}) ?? worker.figures;
    }));
  }

  private async askMetrics(): Promise<Worker[]> {
    const workers = [...this.serving, ...this.leaving].filter((worker) => worker !== undefined);
    await Promise.all(workers.map(async (worker) => {
      worker.metrics = await worker.ask('metrics', {}) ?? worker.metrics;
    }));
    return workers;
  }

  async metrics(): Promise<readonly MetricFamily[]> {
    const workers = await this.askMetrics();
    const alive = workers.filter(({ hasEnded }) => !hasEnded).map(({ metrics }) => metrics);
    return this.joined.with([...alive, this.own.families()]);
  }

  /** Of those that serve now: a look at the moment. */
  async routeCounts(): Promise<readonly MetricFamily[]> {
    const workers = [...this.serving, ...this.leaving].filter((worker) => worker !== undefined);
    const parts = await Promise.all(workers.map(async (worker) => await worker.ask('routes', {}) ?? []));
    return mergeFamilies(parts);
  }

  async recentLines(since: number): Promise<RecentLines> {
    const workers = [...this.serving, ...this.leaving].filter((worker) => worker !== undefined);
    await Promise.all(workers.map(async (worker) => {
      const found = await worker.ask('lines', { since: worker.line });
      if (found === undefined) return;
      worker.line = found.next;
      for (const line of found.lines) this.lines.add(line);
    }));
    return this.lines.from(since);
  }

  /** As of the last `refresh`. */
  stats(): ProxyStats {
    const alive = [...this.serving, ...this.leaving].flatMap((worker) => worker?.figures ?? []);
    return sumStats(alive, this.gone);
  }
}
