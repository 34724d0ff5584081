import type { ApplyReport } from '../contract/index.ts';
import type { Endpoint, Ir } from '../ir/index.ts';
import { irFromText, irText } from '../proxy/index.ts';
import type { DeltaResponse } from '../xds/index.ts';

/** What carries out a configuration. */
export interface IrTaker {
  apply(ir: Ir): Promise<ApplyReport>;
  updateEndpoints(endpoints: Readonly<Record<string, readonly Endpoint[]>>): void;
}

type Tables = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
/** One entry as it is kept: its name, its version, and what it is as text. */
type SavedEntry = readonly [name: string, entry: { readonly version: string; readonly text: string }];

const noEntries: Tables = { sockets: {}, listeners: {}, routes: {}, backends: {}, endpoints: {}, certificates: {} };

/** The configuration of a data plane as it grows from the control plane's changes: the counterpart of `FleetPlane`. What does not change keeps its identity. */
export class FollowedIr {
  readonly #taker: IrTaker;
  readonly #versions = new Map<string, string>();
  #tables: Tables = noEntries;
  /** Of the last whole application: endpoints alone change nothing of it. */
  #failed: string | undefined;
  #isApplied = false;

  constructor(taker: IrTaker) {
    this.#taker = taker;
  }

  versions(): ReadonlyMap<string, string> {
    return this.#versions;
  }

  get ir(): Ir {
    return this.#tables as unknown as Ir;
  }

  /** Takes a change; resolves to the listeners that could not be opened as text, or undefined where all is well. */
  async take({ resources, removed }: DeltaResponse): Promise<string | undefined> {
    const changed = new Map<string, unknown>(removed.map((name) => [name, undefined]));
    for (const name of removed) this.#versions.delete(name);
    for (const { name, version, bytes } of resources) {
      changed.set(name, irFromText(bytes.toString('utf8')));
      this.#versions.set(name, version);
    }
    this.#tables = withChanges(this.#tables, changed);
    if (this.#isApplied && [...changed.keys()].every((name) => tableOf(name) === 'endpoints')) {
      this.#taker.updateEndpoints(Object.fromEntries([...changed].map(([name, value]) => [keyOf(name), (value ?? []) as readonly Endpoint[]])));
      return this.#failed;
    }
    return this.#apply();
  }

  /** All of it as text, to be kept for a start without the control plane. Secrets are in it. */
  save(): string {
    const entries = [...this.#versions].map(([name, version]): SavedEntry => [name, { version, text: irText(this.#tables[tableOf(name)]?.[keyOf(name)]) }]);
    return JSON.stringify(entries);
  }

  /** Goes on with what was saved; resolves when it is in force. Throws where that is no configuration, and then has none. */
  async restore(saved: string): Promise<void> {
    const entries = JSON.parse(saved) as readonly SavedEntry[];
    const tables = withChanges(noEntries, new Map(entries.map(([name, { text }]) => [name, irFromText(text)])));
    this.#tables = tables;
    for (const [name, { version }] of entries) this.#versions.set(name, version);
    try {
      await this.#apply();
    } catch (error) {
      this.#tables = noEntries;
      this.#versions.clear();
      throw error;
    }
  }

  async #apply(): Promise<string | undefined> {
    const report = await this.#taker.apply(this.ir);
    const failed = Object.entries(report.listeners).filter(([, it]) => it.state === 'failed');
    this.#failed = failed.length === 0 ? undefined : JSON.stringify(Object.fromEntries(failed));
    this.#isApplied = true;
    return this.#failed;
  }
}

/** The tables with these entries, `undefined` being none; tables without a change stay the same. */
function withChanges(tables: Tables, changed: ReadonlyMap<string, unknown>): Tables {
  const result: Record<string, Record<string, unknown>> = {};
  for (const [name, value] of changed) {
    const table = result[tableOf(name)] ??= { ...tables[tableOf(name)] };
    if (value === undefined) delete table[keyOf(name)];
    else table[keyOf(name)] = value;
  }
  return { ...tables, ...result };
}

function tableOf(name: string): string {
  return name.slice(0, name.indexOf('/'));
}

function keyOf(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}
