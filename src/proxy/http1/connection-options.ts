import { dropped, isNamed, scan, valueIs, valueOf } from './scan-head.ts';

/** Names that a Connection header cannot take out: without them the message would mean something else to the next hop. */
const kept: ReadonlySet<string> = new Set([
  'host', 'content-length', 'transfer-encoding', 'connection', 'content-type', 'content-encoding', 'content-range',
  'authorization', 'cookie', 'set-cookie', 'cache-control', 'expect', 'range', 'date', 'location',
  // A trusted peer that takes its own word back would leave a field that is neither its nor ours.
  'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-request-id',
]);

/** What a Connection header says beyond the names it lists. */
export interface ConnectionOptions {
  close: boolean;
  upgrade: boolean;
  /** Lower-case names that it takes out, of fields and of trailers. */
  names: readonly string[];
}

/** Most messages name no field. */
export const noNames: readonly string[] = [];

/** A list element without SP and HTAB around it; `trim` would take away more than RFC 9110 section 5.6.3 allows. */
export function withoutBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  // Not by a regular expression: one that looks for blanks at the end looks at each run of them again and again.
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 32 || code === 9;
}

/**
 * Reads the Connection field `index` and marks the fields that it names as dropped (RFC 9110 section 7.6.1).
 * Answers false where the list is malformed.
 */
export function readConnection(text: string, index: number, options: ConnectionOptions): boolean {
  // The two usual values need no list.
  if (valueIs(text, index, 'keep-alive')) return true;
  if (valueIs(text, index, 'close')) {
    options.close = true;
    return true;
  }
  for (const part of valueOf(text, index).toLowerCase().split(',')) {
    const option = withoutBlanks(part);
    if (option === 'close') options.close = true;
    else if (option === 'upgrade') options.upgrade = true;
    else if (option !== '' && option !== 'keep-alive' && !dropNamed(text, option, options)) return false;
  }
  return true;
}

function dropNamed(text: string, name: string, options: ConnectionOptions): boolean {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return false;
  if (kept.has(name)) return true;
  options.names = [...options.names, name];
  for (let i = 0; i < scan.count; i++) {
    if (isNamed(text, i, name)) dropped[i] = 1;
  }
  return true;
}
