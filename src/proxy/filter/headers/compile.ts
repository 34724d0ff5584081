import type { Filter, HeaderFilter } from '../../../ir/index.ts';

/** Header changes of a whole filter chain, reduced to what is taken out and what is put in. */
export interface HeaderEdit {
  /** Lower-case names whose fields are taken out. */
  readonly names: readonly string[];
  /** Lines put in, each with its CRLF. */
  readonly lines: string;
}

/** Fields that frame the message or belong to one connection: the codec alone writes them. */
const owned: ReadonlySet<string> = new Set([
  'host', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'proxy-connection', 'te', 'upgrade',
]);

const validName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const validValue = /^[\t\x20-\x7e\x80-\xff]*$/;

/** A field as a line with its CRLF, or undefined where name or value (latin1) can't stand in a message. */
export function headerLine(name: string, value: string): string | undefined {
  return validName.test(name) && validValue.test(value) ? `${name}: ${value}\r\n` : undefined;
}

/**
 * Reduces the header filters of a chain, in order, to one edit: a later removal also takes out what an earlier filter put in.
 * Undefined where nothing changes. Values outside latin1 go on the wire as UTF-8.
 */
export function compileHeaderEdit(filters: readonly Filter[], kind: HeaderFilter['kind']): HeaderEdit | undefined {
  const names = new Set<string>();
  let added: { readonly name: string; readonly line: string }[] = [];
  const takeOut = (name: string): void => {
    names.add(name);
    added = added.filter((entry) => entry.name !== name);
  };
  const putIn = (name: string, value: string): void => {
    const line = headerLine(name, Buffer.from(value, 'utf8').toString('latin1'));
    if (line !== undefined) added.push({ name: name.toLowerCase(), line });
  };
  for (const filter of filters) {
    if (filter.kind !== kind) continue;
    for (const name of filter.remove) if (!owned.has(name)) takeOut(name);
    for (const { name } of filter.set) if (!owned.has(name)) takeOut(name);
    for (const { name, value } of [...filter.set, ...filter.add]) if (!owned.has(name)) putIn(name, value);
  }
  if (names.size === 0 && added.length === 0) return undefined;
  return { names: [...names], lines: added.map((entry) => entry.line).join('') };
}
