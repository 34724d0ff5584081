import { hasSameContent, kept } from '../base/index.ts';
import type { ListenerHead } from '../fleet/index.ts';
import type { HostRoutes, Ir, IrChange, Listener } from '../ir/index.ts';

type Table = Record<string, unknown>;
type Hosts = readonly HostRoutes[];

const tableNames = ['sockets', 'listeners', 'routes', 'backends', 'endpoints', 'certificates'] as const;

/** An IR that is put together of the entries of a Gateway's part, named `table/key`. Its tables live on, and what does not change keeps its identity. */
export class IrTables {
  readonly #entries = new Map<string, unknown>();
  /** The listener of a chunk of hosts, by the chunk's key. */
  readonly #listenerOf = new Map<string, string>();
  #tables: Record<string, Table> = emptyTables();

  get ir(): Ir {
    return this.#tables as unknown as Ir;
  }

  /** The entry as it came. */
  get(name: string): unknown {
    return this.#entries.get(name);
  }

  clear(): void {
    this.#entries.clear();
    this.#listenerOf.clear();
    this.#tables = emptyTables();
  }

  /** Takes entries, `undefined` being none; what is other by that, or undefined where that is more than a change can say. */
  enter(changed: ReadonlyMap<string, unknown>): IrChange | undefined {
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

export function tableOf(name: string): string {
  return name.slice(0, name.indexOf('/'));
}

export function keyOf(name: string): string {
  return name.slice(name.indexOf('/') + 1);
}

/** Of a chunk that changed, hosts that did not keep their identity. */
function keptHosts(before: Hosts | undefined, after: Hosts): Hosts {
  const byName = new Map((before ?? []).map((it) => [it.hostname, it]));
  return after.map((it) => kept(byName.get(it.hostname), it));
}
