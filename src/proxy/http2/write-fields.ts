import type { HeaderEdit } from '../filter/headers/compile.ts';
import type { ResponseHead } from '../http1/response-head.ts';
import { dropped, equalsAt, isNamed, offsets, scan } from '../http1/scan-head.ts';
import { httpDate } from '../time/date.ts';
import type { HpackEncoder } from './hpack/encoder.ts';

/** Adds the fields of lines that each end with CRLF. */
export function encodeLines(encoder: HpackEncoder, lines: string): void {
  for (let at = 0; at < lines.length;) {
    const end = lines.indexOf('\r\n', at);
    const colon = lines.indexOf(':', at);
    if (end < 0) return;
    if (colon > at && colon < end) encoder.field(lines.slice(at, colon).toLowerCase(), lines.slice(colon + 1, end).trim());
    at = end + 2;
  }
}

/** Adds the fields of the last scan that are not dropped. */
function encodeKept(encoder: HpackEncoder, text: string): void {
  for (let i = 0; i < scan.count; i++) {
    if (dropped[i] === 1) continue;
    const at = i * 4;
    const line = text.slice(offsets[at], offsets[at + 3]);
    if (encoder.repeat(line)) continue;
    encoder.field(text.slice(offsets[at], offsets[at + 1]).toLowerCase(), text.slice(offsets[at + 2], offsets[at + 3]));
    encoder.learn(line);
  }
}

/** What goes into a response head beside the backend's own fields. */
export interface ResponseAdditions {
  readonly edit: HeaderEdit | undefined;
  /** Value of Via, or undefined for none. */
  readonly via: string | undefined;
}

/** The block of a response head that was just read; offsets of the scan are valid. */
export function encodeResponse(encoder: HpackEncoder, head: ResponseHead, { edit, via }: ResponseAdditions): Buffer {
  encoder.begin();
  encoder.field(':status', String(head.status));
  for (const name of edit?.names ?? []) {
    for (let i = 0; i < scan.count; i++) if (isNamed(head.text, i, name)) dropped[i] = 1;
  }
  encodeKept(encoder, head.text);
  if (!head.hasDate && head.status >= 200) encoder.field('date', httpDate());
  if (edit !== undefined) encodeLines(encoder, edit.lines);
  if (via !== undefined) encoder.field('via', via);
  return encoder.end();
}

/** A request head in HTTP/1.1 form, as a header block; `end` is where the body begins in the text. */
export interface EncodedRequest {
  readonly block: Buffer;
  readonly end: number;
}

/** Fields that belong to one HTTP/1.1 connection (RFC 9113 section 8.2.2). Host becomes :authority. */
const ofConnection: ReadonlySet<string> = new Set([
  'host', 'connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'http2-settings',
]);

/** Translates a request head of ours, which is well formed (RFC 9113 section 8.3.1). It may have more fields than a scan records. */
export function encodeRequest(encoder: HpackEncoder, text: string, scheme: 'http' | 'https'): EncodedRequest {
  const methodEnd = text.indexOf(' ');
  const targetEnd = text.indexOf(' ', methodEnd + 1);
  const fieldsStart = text.indexOf('\r\n', targetEnd) + 2;
  const end = text.indexOf('\r\n\r\n', fieldsStart - 2) + 4;
  encoder.begin();
  encoder.field(':method', text.slice(0, methodEnd));
  encoder.field(':scheme', scheme);
  encoder.field(':path', text.slice(methodEnd + 1, targetEnd));
  encoder.field(':authority', hostIn(text, fieldsStart, end));
  for (let at = fieldsStart; at < end - 2;) {
    const lineEnd = text.indexOf('\r\n', at);
    const line = text.slice(at, lineEnd);
    if (!encoder.repeat(line)) encodeLine(encoder, line);
    at = lineEnd + 2;
  }
  return { block: encoder.end(), end };
}

function encodeLine(encoder: HpackEncoder, line: string): void {
  const colon = line.indexOf(':');
  const name = line.slice(0, colon).toLowerCase();
  if (ofConnection.has(name)) return;
  encoder.field(name, line.slice(colon + 1).trim());
  encoder.learn(line);
}

/** The value of Host: pseudo-headers stand before all fields, so it is looked for first. */
function hostIn(text: string, from: number, end: number): string {
  for (let at = from; at < end - 2; at = text.indexOf('\r\n', at) + 2) {
    if (text.charCodeAt(at + 4) === 58 && equalsAt(text, at, 'host')) return text.slice(at + 5, text.indexOf('\r\n', at)).trim();
  }
  return '';
}
