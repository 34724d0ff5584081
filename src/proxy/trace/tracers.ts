import { randomUUID } from 'node:crypto';
import type { Ir, Listener, Tracing } from '../../ir/index.ts';
import type { Observer } from '../observe/observation.ts';
import type { Runtime } from '../runtime.ts';
import type { PoolsInUse } from '../upstream/pools.ts';
import { type Destination, SpanExporter } from './span-exporter.ts';
import { Tracer } from './tracer.ts';

/** The tracers that one configuration uses. */
export interface TracersInUse {
  /** Undefined where requests of the listener are not traced. */
  find(listener: Listener): Tracer | undefined;
  /** Ends the exporters that were not asked for; what waits in them is sent. */
  dropOthers(): void;
}

/** Tells this process's spans from those of others. */
const instance = randomUUID();
const defaultName = 'postern';

/** All exporters of spans, by names that outlive tables. */
export class Tracers {
  private readonly exporters = new Map<string, SpanExporter>();
  /** Exporters that are no longer in use and send what they have. */
  private readonly leaving = new Set<SpanExporter>();
  private readonly runtime: Runtime;
  private readonly say: (line: string) => void;
  /** Facts of requests are only gathered where somebody watches. */
  private readonly watching: Observer = {};

  /** `say` is told what a person should know. */
  constructor(runtime: Runtime, say: (line: string) => void) {
    this.runtime = runtime;
    this.say = say;
  }

  begin(ir: Ir, pools: PoolsInUse): TracersInUse {
    const used = new Map<string, Tracer>();
    return {
      find: (listener) => {
        const tracing = listener.tracing === undefined ? undefined : ir.tracings?.[listener.tracing];
        if (tracing === undefined) return undefined;
        // A collector over TLS may be shown another certificate by each Gateway.
        const key = `${listener.tracing} ${listener.upstreamCertificate ?? ''}`;
        const known = used.get(key);
        if (known !== undefined) return known;
        const tracer = new Tracer(tracing, this.exporterOf(key, destinationOf(tracing, pools.find(tracing.collector, listener.upstreamCertificate))));
        used.set(key, tracer);
        return tracer;
      },
      dropOthers: () => this.dropAllBut(used),
    };
  }

  private exporterOf(key: string, destination: Destination): SpanExporter {
    const exporter = this.exporters.get(key) ?? new SpanExporter(destination, this.runtime, this.say);
    exporter.destination = destination;
    this.exporters.set(key, exporter);
    return exporter;
  }

  private dropAllBut(used: ReadonlyMap<string, Tracer>): void {
    for (const [key, exporter] of this.exporters) {
      if (used.has(key)) continue;
      this.exporters.delete(key);
      this.leave(exporter);
    }
    const { observers } = this.runtime;
    const at = observers.indexOf(this.watching);
    if (used.size > 0 && at < 0) observers.push(this.watching);
    else if (used.size === 0 && at >= 0) observers.splice(at, 1);
  }

  private leave(exporter: SpanExporter): void {
    this.leaving.add(exporter);
    void exporter.finish().then(() => this.leaving.delete(exporter));
  }

  /** Sends what waits, for at most `graceMs`; then the rest is dropped. */
  async close(graceMs: number): Promise<void> {
    if (this.exporters.size > 0) await endsOfCutConnections();
    this.dropAllBut(new Map());
    if (this.leaving.size === 0) return;
    const all = [...this.leaving];
    let timeout: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timeout = setTimeout(resolve, graceMs);
    });
    await Promise.race([Promise.all(all.map((it) => it.finish())), late]);
    clearTimeout(timeout);
    for (const exporter of all) exporter.drop();
  }
}

/** A socket that was destroyed says so at the end of the loop's turn, and only then its request is over. */
async function endsOfCutConnections(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => { setImmediate(resolve); });
}

function destinationOf(tracing: Tracing, pool: Destination['pool']): Destination {
  return {
    pool, protocol: tracing.protocol, authority: tracing.authority,
    headerLines: tracing.headers.map(({ name, value }) => `${name}: ${value.reveal()}\r\n`).join(''),
    resource: new Map([
      ['service.name', tracing.serviceName ?? defaultName], ['service.instance.id', instance], ['telemetry.sdk.name', 'postern'], ['telemetry.sdk.language', 'nodejs'],
    ]),
  };
}
