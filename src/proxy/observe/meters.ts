import type { Origin } from '../../contract/index.ts';
import type { BackendKey, Ir, Listener, StreamListener } from '../../ir/index.ts';
import { BackendMeter } from './backend-meter.ts';
import { ListenerMeter } from './listener-meter.ts';

/** What a name that left the configuration counted is shown this long, so that the last increase is scraped. Milliseconds. */
const keepGoneMs = 600_000;

/** One meter, and since when its name is in no configuration; Infinity while it is in one. */
interface Kept<M> {
  readonly meter: M;
  goneAt: number;
}

/**
 * All meters, by names that outlive tables: an edit keeps the counters of what stays. Tables are compiled with the meters they count on,
 * so no request looks one up by its name.
 */
export class Meters {
  private readonly keptListeners = new Map<string, Kept<ListenerMeter>>();
  private readonly keptBackends = new Map<BackendKey, Kept<BackendMeter>>();
  private readonly rules = new Map<string, Kept<Origin>>();
  private readonly tellsRoutes: boolean;
  private readonly clock: () => number;

  /** `tellsRoutes`: requests are counted by rule too. `clock`: milliseconds. */
  constructor(tellsRoutes: boolean, clock: () => number = () => performance.now()) { // oxlint-disable-line -- a setting.
    this.tellsRoutes = tellsRoutes;
    this.clock = clock;
  }

  /** The meter of a listener; its several addresses share one. */
  listener({ origin }: Pick<Listener | StreamListener, 'origin'>): ListenerMeter {
    return keep(this.keptListeners, nameOf(origin), () => new ListenerMeter(origin, this.tellsRoutes)).meter;
  }

  /** Where requests are counted that no listener of a socket took: named by the socket's object alone. */
  socketOf(listener: Pick<Listener | StreamListener, 'origin'> | undefined): ListenerMeter {
    if (listener === undefined) return this.listener({ origin: nowhere });
    const { section: _, parent, ...own } = listener.origin;
    return this.listener({ origin: parent ?? own });
  }

  backend(key: BackendKey): BackendMeter {
    return keep(this.keptBackends, key, () => new BackendMeter(key, undefined)).meter;
  }

  /** The rule that a match belongs to: one object for all its matches and for all tables, where routes are told apart. */
  rule(origin: Origin): Origin {
    return this.tellsRoutes ? keep(this.rules, nameOf(origin), () => origin).meter : origin;
  }

  /** Goes over to a configuration: what is in none since a while is dropped. Called before its tables are compiled. */
  begin(ir: Ir): void {
    const now = this.clock();
    for (const kept of [this.keptListeners, this.keptBackends, this.rules]) {
      for (const it of kept.values()) if (it.goneAt === Infinity) it.goneAt = now;
    }
    for (const [key, { origin }] of Object.entries(ir.backends)) this.backend(key).origin = origin;
    for (const listener of Object.values({ ...ir.listeners, ...ir.streamListeners })) {
      this.listener(listener);
      this.socketOf(listener);
    }
    if (this.tellsRoutes) for (const { origin } of Object.values({ ...ir.routes, ...ir.streamRoutes })) this.rule(origin);
  }

  /** Goes over to a configuration that differs in these backends alone. */
  change({ backends }: Pick<Ir, 'backends'>, changed: Iterable<BackendKey>): void {
    for (const key of changed) {
      const kept = this.keptBackends.get(key);
      const backend = backends[key];
      if (backend !== undefined) this.backend(key).origin = backend.origin;
      else if (kept !== undefined) kept.goneAt = this.clock();
    }
  }

  /** All listeners, those that left a short while ago among them. */
  get listeners(): ListenerMeter[] {
    this.dropGone();
    return [...this.keptListeners.values()].map(({ meter }) => meter);
  }

  get backends(): BackendMeter[] {
    this.dropGone();
    return [...this.keptBackends.values()].map(({ meter }) => meter);
  }

  private dropGone(): void {
    const before = this.clock() - keepGoneMs;
    const gone = new Set<Origin | BackendMeter>([...dropOld(this.rules, before), ...dropOld(this.keptBackends, before)]);
    dropOld(this.keptListeners, before);
    if (gone.size > 0) for (const { meter } of this.keptListeners.values()) meter.drop((it) => gone.has(it));
  }
}

const nowhere: Origin = { group: '', kind: '', namespace: '', name: '' };

function nameOf({ kind, namespace, name, section = '', rule }: Origin): string {
  return `${kind} ${namespace} ${name} ${section} ${rule ?? ''}`;
}

function keep<M>(table: Map<string, Kept<M>>, name: string, make: () => M): Kept<M> {
  const known = table.get(name);
  if (known === undefined) {
    const kept = { meter: make(), goneAt: Infinity };
    table.set(name, kept);
    return kept;
  }
  known.goneAt = Infinity;
  return known;
}

function dropOld<M>(table: Map<string, Kept<M>>, before: number): M[] {
  const old = [...table].filter(([, { goneAt }]) => goneAt <= before);
  for (const [name] of old) table.delete(name);
  return old.map(([, { meter }]) => meter);
}
