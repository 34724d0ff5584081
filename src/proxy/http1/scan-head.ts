import { isFieldValue, isToken } from './tables.ts';

/** Most fields that the scan can record. */
export const mostFields = 256;

/**
 * Offsets of the fields found by the last scan: name start, name end, value start, value end, four numbers a field.
 * Shared by all connections: whoever scans uses the offsets before anything else can scan.
 */
export const offsets: Int32Array = new Int32Array(4 * (mostFields + 1));

/** Fields of the last scan that are not to be forwarded: 1 at their index. */
export const dropped: Uint8Array = new Uint8Array(mostFields + 1);

/** What a scan found: `end` is the position after the empty line. */
export const scan = { count: 0, end: 0 };

export type ScanResult = 'ok' | 'bad' | 'too-many';

/**
 * Checks every byte of a header or trailer section (RFC 9112 section 5) and records where names and values are.
 * The text must hold an empty line after `from`, so that no loop runs over its end. Refused: bare CR or LF, NUL and other
 * controls, a space before the colon, a line that begins with white space (obs-fold), an empty name.
 */
export function scanFields(text: string, from: number, most: number): ScanResult {
  let at = from;
  let slot = 0;
  const limit = most * 4;
  for (;;) {
    let code = text.charCodeAt(at);
    if (code === 13) {
      if (text.charCodeAt(at + 1) !== 10) return 'bad';
      finishScan(slot >> 2, at + 2);
      return 'ok';
    }
    if (slot >= limit) return 'too-many';
    const nameStart = at;
    while (isToken[code] === 1) code = text.charCodeAt(++at);
    if (code !== 58 || at === nameStart) return 'bad';
    offsets[slot] = nameStart;
    offsets[slot + 1] = at;
    do code = text.charCodeAt(++at); while (code === 32 || code === 9);
    const valueStart = at;
    while (isFieldValue[code] === 1) code = text.charCodeAt(++at);
    if (code !== 13 || text.charCodeAt(at + 1) !== 10) return 'bad';
    offsets[slot + 2] = valueStart;
    offsets[slot + 3] = trimmedEnd(text, valueStart, at);
    slot += 4;
    at += 2;
  }
}

function finishScan(count: number, end: number): void {
  scan.count = count;
  scan.end = end;
  for (let i = 0; i < count; i++) dropped[i] = 0;
}

function trimmedEnd(text: string, start: number, end: number): number {
  let at = end;
  while (at > start && (text.charCodeAt(at - 1) === 32 || text.charCodeAt(at - 1) === 9)) at--;
  return at;
}

/** Position after the line of field `index`: where the next field or the empty line begins. */
export function lineEnd(index: number): number {
  return index + 1 < scan.count ? (offsets[(index + 1) * 4] as number) : scan.end - 2;
}

/** The value of field `index`, without white space around it. */
export function valueOf(text: string, index: number): string {
  return text.slice(offsets[index * 4 + 2], offsets[index * 4 + 3]);
}

/** Whether the name of field `index` is `name`, which is in lower case. */
export function isNamed(text: string, index: number, name: string): boolean {
  const start = offsets[index * 4] as number;
  return (offsets[index * 4 + 1] as number) - start === name.length && equalsAt(text, start, name);
}

/** Whether `text` holds the lower-case `word` at `at`, whatever the case of its letters. */
export function equalsAt(text: string, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    let code = text.charCodeAt(at + i);
    if (code >= 65 && code <= 90) code |= 32;
    if (code !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** As `equalsAt`, and takes `_` for `-`: servers that turn names into variables cannot tell them apart. */
export function looksLikeAt(text: string, at: number, word: string): boolean {
  for (let i = 0; i < word.length; i++) {
    let code = text.charCodeAt(at + i);
    if (code >= 65 && code <= 90) code |= 32;
    else if (code === 95) code = 45;
    if (code !== word.charCodeAt(i)) return false;
  }
  return true;
}

/** Whether the value of field `index` is the lower-case `word`, whatever the case of its letters. */
export function valueIs(text: string, index: number, word: string): boolean {
  const start = offsets[index * 4 + 2] as number;
  return (offsets[index * 4 + 3] as number) - start === word.length && equalsAt(text, start, word);
}

/**
 * The value of field `index` as a length: 1 to 15 digits and nothing else, so that no two readers can differ on it; -1 otherwise.
 */
export function lengthOf(text: string, index: number): number {
  const start = offsets[index * 4 + 2] as number;
  const end = offsets[index * 4 + 3] as number;
  if (end === start || end - start > 15) return -1;
  let value = 0;
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** Whether the text holds a whole head: an empty line after `from`. The usual head ends its packet, so look there first. */
export function hasWholeHead(text: string, from: number): boolean {
  const end = text.length;
  if (end - 4 >= from && text.charCodeAt(end - 1) === 10 && text.charCodeAt(end - 3) === 10
    && text.charCodeAt(end - 2) === 13 && text.charCodeAt(end - 4) === 13) return true;
  return text.includes('\r\n\r\n', from);
}

/** Whether an incomplete head already holds what no head may: LF without CR before it, or NUL. Saves the wait for a time-out. */
export function isHopeless(text: string, from: number): boolean {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 0 || (code === 10 && (at === 0 || text.charCodeAt(at - 1) !== 13))) return true;
  }
  return false;
}
