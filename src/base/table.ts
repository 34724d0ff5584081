/** A flat keyed table: the shape of every collection in the IR, printable and diffable by key. */
export type Table<T> = { readonly [key: string]: T };
