import type { HostRoutes, Ir, IrChange, Listener, ListenerKey } from '../../ir/index.ts';

type TableName = 'routes' | 'backends' | 'endpoints';
type Entries = Readonly<Record<string, unknown>>;

const tableNames: readonly TableName[] = ['routes', 'backends', 'endpoints'];

/** The hosts of a listener, where one stretch of them is another. */
interface HostsPart {
  readonly at: number;
  readonly removed: number;
  readonly added: readonly HostRoutes[];
}

/** What of an IR is other than before: plain JSON, for another process that has the IR before. */
export interface IrPart {
  /** By table; null for what is gone. */
  readonly entries: Readonly<Record<TableName, Entries>>;
  readonly hosts: Readonly<Record<ListenerKey, HostsPart>>;
}

/** An IR whose tables nobody else has, so that they are what they were until they are brought over to a change. */
export function ownCopy(ir: Ir): Ir {
  return { ...ir, listeners: { ...ir.listeners }, routes: { ...ir.routes }, backends: { ...ir.backends }, endpoints: { ...ir.endpoints } };
}

/** What has to be told of a change to those who have `before`, which is brought over to it. */
export function tellChange(before: Ir, after: Ir, change: IrChange): IrPart {
  const hosts = Object.fromEntries([...change.listeners].map((key) => [key, stretch(before.listeners[key]!.hosts, after.listeners[key]!.hosts)]));
  const entriesOf = (name: TableName): Entries => Object.fromEntries([...change[name]].map((key) => [key, (after[name] as Entries)[key] ?? null]));
  const part = { entries: { routes: entriesOf('routes'), backends: entriesOf('backends'), endpoints: entriesOf('endpoints') }, hosts };
  takePart(before, part);
  return part;
}

function stretch(before: readonly HostRoutes[], after: readonly HostRoutes[]): HostsPart {
  const shorter = Math.min(before.length, after.length);
  let at = 0;
  while (at < shorter && before[at] === after[at]) at++;
  let behind = 0;
  while (behind < shorter - at && before[before.length - 1 - behind] === after[after.length - 1 - behind]) behind++;
  return { at, removed: before.length - at - behind, added: after.slice(at, after.length - behind) };
}

/** Puts a part into the tables of an IR that nobody else has. */
export function takePart(ir: Ir, { entries, hosts }: IrPart): IrChange {
  for (const name of tableNames) {
    const table = ir[name] as Record<string, unknown>;
    for (const [key, entry] of Object.entries(entries[name])) {
      if (entry === null) delete table[key];
      else table[key] = entry;
    }
  }
  const listeners = ir.listeners as Record<ListenerKey, Listener>;
  for (const [key, { at, removed, added }] of Object.entries(hosts)) {
    const before = listeners[key]!;
    listeners[key] = { ...before, hosts: before.hosts.toSpliced(at, removed, ...added) };
  }
  const keys = (table: Entries): ReadonlySet<string> => new Set(Object.keys(table));
  return { routes: keys(entries.routes), listeners: keys(hosts), backends: keys(entries.backends), endpoints: keys(entries.endpoints) };
}
