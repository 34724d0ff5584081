import { kept, Memo } from '../base/index.ts';
import type { GatewayReport, ListenerReport } from '../contract/index.ts';
import type { ResourceSet, Settled } from '../xds/index.ts';
import { noReport, type PlaneReport } from './plane-report.ts';

/** A configuration that was handed out. */
export interface Published {
  readonly set: ResourceSet;
  /** Keys of the listeners in it. */
  readonly listeners: ReadonlySet<string>;
}

/** One data plane, as people see it. */
export interface DataPlaneState {
  readonly gateway: string;
  /** Its pod. */
  readonly name: string;
  /** `behind`: it has not answered yet. */
  readonly state: 'in sync' | 'behind' | 'refused';
  /** Why it refused, or what of it does not work. */
  readonly message?: string;
  /** URL of its own administration, where it can be reached from here. */
  readonly admin?: string;
}

interface DataPlane {
  /** The last configuration that it took, with the listeners that it could not open. */
  taken?: { readonly published: Published; readonly failed: Readonly<Record<string, ListenerReport>> };
  refused?: { readonly published: Published; readonly why: string };
  /** Since when the newest one waits for its answer. Milliseconds. */
  behindSince: number;
}

/** After so long without an answer something is wrong with a data plane. Milliseconds. */
export const overdueMs = 10_000;
/** Of more data planes the number is said. */
const mostNamed = 3;

/** The data planes of one Gateway, and what each made of its configuration. */
export class DataPlanes {
  readonly #planes = new Map<string, DataPlane>();
  readonly #now: () => number;
  /** Which configuration a set belongs to, for as long as some data plane may answer with it. */
  readonly #bySet = new WeakMap<ResourceSet, Published>();
  #reported: PlaneReport = noReport;
  /** There may be thousands of them. */
  readonly #listeners = new Memo<{ readonly table: PlaneReport['listeners']; readonly isTold: boolean }>();

  constructor(now: () => number) {
    this.#now = now;
  }

  get isEmpty(): boolean {
    return this.#planes.size === 0;
  }

  published(published: Published): void {
    this.#bySet.set(published.set, published);
    for (const plane of this.#planes.values()) plane.behindSince = this.#now();
  }

  connected(instances: readonly string[]): void {
    for (const name of this.#planes.keys()) if (!instances.includes(name)) this.#planes.delete(name);
    for (const name of instances) if (!this.#planes.has(name)) this.#planes.set(name, { behindSince: this.#now() });
  }

  settled(instance: string, { set, error }: Settled): void {
    const [plane, published] = [this.#planes.get(instance), this.#bySet.get(set)];
    if (plane === undefined || published === undefined) return;
    const failed = failedIn(error);
    if (failed === undefined) plane.refused = { published, why: error! };
    else {
      plane.taken = { published, failed };
      delete plane.refused;
    }
  }

  /** What became of the newest configuration; the same report while nothing in it is other. */
  report(newest: Published, now: number): PlaneReport {
    const listeners = this.#listeners.of([newest.listeners, ...[...this.#planes].flatMap(([name, { taken }]) => [name, taken?.published.listeners, taken?.failed])], (before) => kept(before, this.#listenersOf(newest)));
    const { waiting, ...rest } = this.#gateway(newest, now);
    this.#reported = kept(this.#reported, { listeners: listeners.table, gateway: waiting === undefined || listeners.isTold ? rest : { waiting, ...rest } });
    return this.#reported;
  }

  #listenersOf({ listeners }: Published): { readonly table: PlaneReport['listeners']; readonly isTold: boolean } {
    const told = [...listeners].flatMap((key): [string, ListenerReport][] => {
      const report = this.#listener(key);
      return report === undefined ? [] : [[key, report]];
    });
    return { table: Object.fromEntries(told), isTold: told.length > 0 };
  }

  /** It is served where one data plane serves it. Undefined where none has it yet. */
  #listener(key: string): ListenerReport | undefined {
    const reports = [...this.#planes].flatMap(([name, { taken }]): [string, ListenerReport][] => (taken?.published.listeners.has(key) === true ? [[name, taken.failed[key] ?? { state: 'serving' }]] : []));
    const failed = reports.flatMap(([name, it]) => (it.state === 'failed' ? [{ ...it, message: `data plane ${name}: ${it.message}` }] : []));
    if (failed.length < reports.length) return { state: 'serving', ...(failed[0] === undefined ? {} : { but: `Not by ${failed[0].message}` }) };
    return failed[0];
  }

  #gateway(newest: Published, now: number): GatewayReport {
    const behind = [...this.#planes].filter(([, it]) => it.taken?.published !== newest);
    if (behind.length === 0) return {};
    const wrong = behind.filter(([, it]) => it.refused !== undefined || now - it.behindSince >= overdueMs);
    return { waiting: named(behind), ...(wrong.length === 0 ? {} : { but: `The newest configuration is not in force everywhere: ${named(wrong)}.` }) };
  }

  states(newest: Published): Omit<DataPlaneState, 'gateway'>[] {
    return [...this.#planes].map(([name, { taken, refused }]) => {
      if (refused !== undefined) return { name, state: 'refused', message: refused.why };
      if (taken?.published !== newest) return { name, state: 'behind' };
      const failures = Object.entries(taken.failed).flatMap(([key, it]) => (it.state === 'failed' ? [`${key}: ${it.message}`] : []));
      return { name, state: 'in sync', ...(failures.length === 0 ? {} : { message: failures.join('; ') }) };
    });
  }
}

function named(planes: readonly (readonly [name: string, plane: DataPlane])[]): string {
  const said = planes.slice(0, mostNamed).map(([name, { refused }]) => (refused === undefined ? `data plane ${name} has not answered` : `data plane ${name} refused it: ${refused.why}`));
  return [...said, ...(planes.length > mostNamed ? [`${planes.length - mostNamed} more`] : [])].join('; ');
}

const nothing: Readonly<Record<string, ListenerReport>> = {};

/** What a data plane could not do, as a table of reports: then it took the rest. Anything else means that it took nothing. */
function failedIn(error: string | undefined): Readonly<Record<string, ListenerReport>> | undefined {
  if (error === undefined) return nothing;
  try {
    const value = JSON.parse(error) as unknown;
    return typeof value === 'object' && value !== null ? value as Record<string, ListenerReport> : undefined;
  } catch {
    // Not a table but a sentence.
    return undefined;
  }
}
