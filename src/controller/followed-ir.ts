import type { ApplyReport } from '../contract/index.ts';
import type { Endpoint, Ir, IrChange } from '../ir/index.ts';
import { irFromText, irText } from '../proxy/index.ts';
import type { DeltaResponse } from '../xds/index.ts';
import { IrTables, keyOf, tableOf } from './ir-tables.ts';

/** What carries out a configuration. */
export interface IrTaker {
  apply(ir: Ir, change?: IrChange): Promise<ApplyReport>;
  updateEndpoints(endpoints: Readonly<Record<string, readonly Endpoint[]>>): void;
}

/** One entry as it is kept: its name, its version, and what it is as text; or that it is gone. */
type SavedEntry = readonly [name: string, entry: { readonly version: string; readonly text: string } | null];

/** The configuration of a data plane as it grows from the control plane's changes: the counterpart of `FleetPlane`. */
export class FollowedIr {
  readonly #taker: IrTaker;
  readonly #versions = new Map<string, string>();
  readonly #tables = new IrTables();
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
    return this.#tables.ir;
  }

  /** Takes a change; resolves to the listeners that could not be opened as text, or undefined where all is well. */
  async take({ resources, removed }: DeltaResponse): Promise<string | undefined> {
    const changed = new Map<string, unknown>(removed.map((name) => [name, undefined]));
    for (const { name, bytes } of resources) changed.set(name, irFromText(bytes.toString('utf8')));
    for (const name of removed) this.#versions.delete(name);
    for (const { name, version } of resources) this.#versions.set(name, version);
    const change = this.#tables.enter(changed);
    if (this.#isApplied && [...changed.keys()].every((name) => tableOf(name) === 'endpoints')) {
      this.#taker.updateEndpoints(Object.fromEntries([...changed].map(([name, value]) => [keyOf(name), (value ?? []) as readonly Endpoint[]])));
      return this.#failed;
    }
    return this.#apply(change);
  }

  names(): Iterable<string> {
    return this.#versions.keys();
  }

  /** These entries as a line of text, to be kept for a start without the control plane. Secrets are in it. */
  save(names: Iterable<string>): string {
    return JSON.stringify([...names].map((name): SavedEntry => {
      const version = this.#versions.get(name);
      return version === undefined ? [name, null] : [name, { version, text: irText(this.#tables.get(name)) }];
    }));
  }

  /** Goes on with what was saved, the oldest first; resolves when it is in force. Throws where that is no configuration, and then has none. */
  async restore(saved: readonly string[]): Promise<void> {
    const newest = new Map(saved.flatMap((line) => JSON.parse(line) as readonly SavedEntry[]));
    const entries = [...newest].flatMap(([name, entry]) => (entry === null ? [] : [{ name, version: entry.version, value: irFromText(entry.text) }]));
    try {
      this.#tables.enter(new Map(entries.map(({ name, value }) => [name, value])));
      for (const { name, version } of entries) this.#versions.set(name, version);
      await this.#apply();
    } catch (error) {
      this.#versions.clear();
      this.#tables.clear();
      throw error;
    }
  }

  async #apply(change?: IrChange): Promise<string | undefined> {
    const report = await this.#taker.apply(this.ir, this.#isApplied ? change : undefined);
    const failed = Object.entries(report.listeners).filter(([, it]) => it.state === 'failed');
    this.#failed = failed.length === 0 ? undefined : JSON.stringify(Object.fromEntries(failed));
    this.#isApplied = true;
    return this.#failed;
  }
}
