import { hasSameContent, kept } from '../base/index.ts';
import type { ApplyReport } from '../contract/index.ts';
import type { ListenerHead } from '../fleet/index.ts';
import type { Endpoint, HostRoutes, Ir, IrChange, Listener } from '../ir/index.ts';
import { irFromText, irText } from '../proxy/index.ts';
import type { DeltaResponse } from '../xds/index.ts';

/** What carries out a configuration. */
export interface IrTaker {
  apply(ir: Ir, change?: IrChange): Promise<ApplyReport>;
  updateEndpoints(endpoints: Readonly<Record<string, readonly Endpoint[]>>): void;
}

type Table = Record<string, unknown>;
/** One entry as it is kept: its name, its version, and what it is as text. */
type SavedEntry = readonly [name: string, entry: { readonly version: string; readonly text: string }];

type Hosts = readonly HostRoutes[];

const tableNames = ['sockets', 'listeners', 'routes', 'backends', 'endpoints', 'certificates'] as const;

/**
 * The configuration of a data plane as it grows from the control plane's changes: the counterpart of `FleetPlane`. Its tables live on, and what does not
 * change keeps its identity.
 */
export class FollowedIr {
  readonly #taker: IrTaker;
  readonly #versions = new Map<string, string>();
  /** Entries as they came, by name. */
  readonly #entries = new Map<string, unknown>();
  /** The listener of a chunk of hosts, by the chunk's key. */
  readonly #listenerOf = new Map<string, string>();
  #tables: Record<string, Table> = emptyTables();
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
    for (const { name, bytes } of resources) changed.set(name, irFromText(bytes.toString('utf8')));
    for (const name of removed) this.#versions.delete(name);
    for (const { name, version } of resources) this.#versions.set(name, version);
    const change = this.#enter(changed);
    if (this.#isApplied && [...changed.keys()].every((name) => tableOf(name) === 'endpoints')) {
      this.#taker.updateEndpoints(Object.fromEntries([...changed].map(([name, value]) => [keyOf(name), (value ?? []) as readonly Endpoint[]])));
      return this.#failed;
    }
    return this.#apply(change);
  }

  /** All of it as text, to be kept for a start without the control plane. Secrets are in it. */
  save(): string {
    return JSON.stringify([...this.#versions].map(([name, version]): SavedEntry => [name, { version, text: irText(this.#entries.get(name)) }]));
  }

  /** Goes on with what was saved; resolves when it is in force. Throws where that is no configuration, and then has none. */
  async restore(saved: string): Promise<void> {
    const entries = (JSON.parse(saved) as readonly SavedEntry[]).map(([name, { version, text }]) => ({ name, version, value: irFromText(text) }));
    try {
      this.#enter(new Map(entries.map(({ name, value }) => [name, value])));
      for (const { name, version } of entries) this.#versions.set(name, version);
      await this.#apply();
    } catch (error) {
      for (const one of [this.#entries, this.#versions, this.#listenerOf]) one.clear();
      this.#tables = emptyTables();
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

  /** Takes entries, `undefined` being none; what is other by that, or undefined where that is more than a change can say. */
  #enter(changed: ReadonlyMap<string, unknown>): IrChange | undefined {
    const change = { routes: new Set<string>(), listeners: new Set<string>(), backends: new Set<string>(), endpoints: new Set<string>() };
    let isWide = false;
    for (const [name, value] of changed) {
      const [table, key, before] = [tableOf(name), keyOf(name), this.#entries.get(name)];
      if (value === undefined) this.#entries.delete(name);
      else this.#entries.set(name, table === 'hosts' ? keptHosts(before as Hosts | undefined, value as Hosts) : value);
      if (table === 'listeners') {
        isWide ||= !isSameButHosts(before, value);
        this.#noteHosts(key, before as ListenerHead | undefined, value as ListenerHead | undefined);
        change.listeners.add(key);
      } else if (table !== 'hosts') {
        this.#setIn(table, key, value);
        if (table === 'routes' || table === 'backends' || table === 'endpoints') change[table].add(key);
        else isWide = true;
      }
    }
    // A chunk is in the list of its listener before or after it comes itself.
    for (const name of changed.keys()) if (tableOf(name) === 'hosts') change.listeners.add(this.#listenerOf.get(keyOf(name)) ?? '');
    change.listeners.delete('');
    for (const key of change.listeners) this.#setIn('listeners', key, this.#listener(key));
    return isWide ? undefined : change;
  }

  #noteHosts(listener: string, before: ListenerHead | undefined, after: ListenerHead | undefined): void {
    for (const key of before?.hosts ?? []) this.#listenerOf.delete(key);
    for (const key of after?.hosts ?? []) this.#listenerOf.set(key, listener);
  }

  #listener(key: string): Listener | undefined {
    const head = this.#entries.get(`listeners/${key}`) as ListenerHead | undefined;
    return head === undefined ? undefined : { ...head, hosts: head.hosts.map((it) => this.#entries.get(`hosts/${it}`) as Hosts | undefined ?? []).flat() };
  }

  #setIn(name: string, key: string, value: unknown): void {
    const table = this.#tables[name] ??= {};
    if (value === undefined) delete table[key];
    else table[key] = value;
  }
}

function emptyTables(): Record<string, Table> {
  return Object.fromEntries(tableNames.map((name) => [name, {}]));
}

function isSameButHosts(before: unknown, after: unknown): boolean {
  if (before === undefined || after === undefined) return false;
  return hasSameContent({ ...before, hosts: [] }, { ...after, hosts: [] });
}

function tableOf(name: string): string {
  return name.slice(0, name.indexOf('/'));
}

function keyOf(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** Of a chunk that changed, hosts that did not keep their identity. */
function keptHosts(before: Hosts | undefined, after: Hosts): Hosts {
  const byName = new Map((before ?? []).map((it) => [it.hostname, it]));
  return after.map((it) => kept(byName.get(it.hostname), it));
}
