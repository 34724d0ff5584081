/** A flat keyed table: the shape of every collection in the IR, printable and diffable by key. */
export type Table<T> = { readonly [key: string]: T };

/** Entries in key order, so that equal tables print equally. */
export function sortedEntries<T>(table: Table<T>): [string, T][] {
  return Object.entries(table).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}
