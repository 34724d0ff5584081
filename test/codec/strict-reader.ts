/**
 * A reader of HTTP/1.1 messages that shares nothing with the proxy: slow, written from the text of RFC 9112, and stricter than any
 * server. What it reads, every server reads in the same way; everything else is an error.
 */

export type Field = readonly [name: string, value: string];

export interface Read {
  readonly startLine: string;
  readonly fields: readonly Field[];
  readonly body: string;
  readonly trailers: readonly Field[];
}

export interface ReadRequest extends Read {
  readonly method: string;
  readonly target: string;
}

export interface ReadResponse extends Read {
  readonly status: number;
}

/** The bytes can be read in more than one way, or in none. */
export class NotOneReading extends Error {}

/** The message goes on behind the bytes that are there. */
class Incomplete extends Error {}

const token = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const requestLine = new RegExp(`^(${token}) (/[\\x21\\x24-\\x3b=\\x40-\\x5b\\x5d-\\x7e]*(?:\\?[\\x21\\x24-\\x3b=\\x3f-\\x7e]*)?|\\*) HTTP/1\\.1$`);
const statusLine = /^HTTP\/1\.1 ([1-9]\d\d) [\t\x20-\x7e\x80-\xff]*$/;
const fieldLine = new RegExp(`^(${token}):[ \\t]*((?:[\\x21-\\x7e\\x80-\\xff](?:[\\t\\x20-\\x7e\\x80-\\xff]*[\\x21-\\x7e\\x80-\\xff])?)?)[ \\t]*$`);
const hostValue = /^(?:\[[0-9a-f:.]+\]|[0-9a-z._~-]+)(?::\d{0,5})?$/i;
/** Readers that turn names into variables read `_` as `-`. */
const framing = new Set(['content-length', 'transfer-encoding']);
const perConnection = new Set(['keep-alive', 'proxy-connection', 'http2-settings']);
const notInTrailers = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'te', 'trailer', 'upgrade', 'authorization', 'cookie', 'set-cookie', 'content-type', 'content-encoding']);

class Cursor {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** The next line; it ends in CRLF and holds no other CR or LF. */
  line(): string {
    const rest = this.text.slice(this.at);
    const end = rest.search(/[\r\n]/);
    if (end < 0 || (rest[end] === '\r' && end + 1 === rest.length)) throw new Incomplete();
    if (rest[end] !== '\r' || rest[end + 1] !== '\n') throw new NotOneReading(`a line that does not end in CRLF: ${show(rest)}`);
    this.at += end + 2;
    return rest.slice(0, end);
  }

  take(count: number): string {
    if (this.at + count > this.text.length) throw new Incomplete();
    this.at += count;
    return this.text.slice(this.at - count, this.at);
  }
}

function show(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}

function fieldsOf(cursor: Cursor): Field[] {
  const fields: Field[] = [];
  for (let line = cursor.line(); line !== ''; line = cursor.line()) {
    const found = fieldLine.exec(line);
    if (found === null) throw new NotOneReading(`not a field line: ${show(line)}`);
    fields.push([found[1] as string, found[2] as string]);
  }
  return fields;
}

/** All values of a field, by any case of its name. */
export function valuesOf(fields: readonly Field[], name: string): string[] {
  return fields.filter(([it]) => it.toLowerCase() === name).map(([, value]) => value);
}

/** The one length of a message: a number, `'chunked'`, or undefined where no field says. */
function lengthOf(fields: readonly Field[]): number | 'chunked' | undefined {
  const about = fields.filter(([name]) => framing.has(name.toLowerCase().replaceAll('_', '-')));
  if (about.length === 0) return undefined;
  if (about.length > 1) throw new NotOneReading(`several fields about the length: ${show(about.join(' and '))}`);
  const [name, value] = about[0] as Field;
  if (name.includes('_')) throw new NotOneReading(`a name that some take for another: ${name}`);
  if (name.toLowerCase() === 'transfer-encoding') {
    if (value.toLowerCase() !== 'chunked') throw new NotOneReading(`transfer coding ${show(value)}`);
    return 'chunked';
  }
  if (!/^\d{1,15}$/.test(value)) throw new NotOneReading(`length ${show(value)}`);
  return Number(value);
}

function chunksOf(cursor: Cursor): { readonly body: string; readonly trailers: Field[] } {
  let body = '';
  for (;;) {
    const size = cursor.line();
    if (!/^[0-9a-f]{1,8}$/i.test(size)) throw new NotOneReading(`chunk size ${show(size)}`);
    if (Number.parseInt(size, 16) === 0) break;
    body += cursor.take(Number.parseInt(size, 16));
    const end = cursor.take(2);
    if (end !== '\r\n') throw new NotOneReading(`a chunk ends in ${show(end)}`);
  }
  const trailers = fieldsOf(cursor);
  for (const [name] of trailers) {
    if (notInTrailers.has(name.toLowerCase().replaceAll('_', '-'))) throw new NotOneReading(`${name} in the trailers`);
  }
  return { body, trailers };
}

function requestAt(cursor: Cursor): ReadRequest {
  const startLine = cursor.line();
  const found = requestLine.exec(startLine);
  if (found === null) throw new NotOneReading(`not a request line: ${show(startLine)}`);
  const [, method, target] = found as unknown as [string, string, string];
  if (target === '*' && method !== 'OPTIONS') throw new NotOneReading(`${method} *`);
  const fields = fieldsOf(cursor);
  const hosts = fields.filter(([name]) => name.toLowerCase() === 'host').map(([, value]) => value);
  if (hosts.length !== 1 || !hostValue.test(hosts[0] as string)) throw new NotOneReading(`hosts ${show(hosts.join(' and '))}`);
  for (const [name] of fields) if (perConnection.has(name.toLowerCase())) throw new NotOneReading(`${name} is for one connection only`);
  for (const value of valuesOf(fields, 'connection')) {
    if (!/^(?:upgrade|te|close)$/i.test(value)) throw new NotOneReading(`connection option ${show(value)}`);
  }
  const length = lengthOf(fields);
  const { body, trailers } = length === 'chunked' ? chunksOf(cursor) : { body: cursor.take(length ?? 0), trailers: [] };
  return { startLine, method, target, fields, body, trailers };
}

export interface Stream<T> {
  readonly messages: readonly T[];
  /** The beginning of a message that goes on, or `''`. */
  readonly rest: string;
}

function allOf<T>(text: string, next: (cursor: Cursor) => T): Stream<T> {
  const cursor = new Cursor(text);
  const messages: T[] = [];
  for (;;) {
    const start = cursor.at;
    if (start === text.length) return { messages, rest: '' };
    try {
      messages.push(next(cursor));
    } catch (error) {
      if (!(error instanceof Incomplete)) throw error;
      return { messages, rest: text.slice(start) };
    }
  }
}

/** The requests on a connection. Throws NotOneReading where a server could read anything else. */
export function readRequests(text: string): Stream<ReadRequest> {
  return allOf(text, requestAt);
}

/** The responses on a connection, interim ones left out. `methods`: of the requests, in order. `ended`: the server closed in good order. */
export function readResponses(text: string, methods: readonly string[], ended: boolean): Stream<ReadResponse> {
  let index = 0;
  return allOf(text, (cursor) => {
    for (;;) {
      const response = responseAt(cursor, methods[index], ended);
      if (response.status >= 200 || response.status === 101) {
        index++;
        return response;
      }
    }
  });
}

function responseAt(cursor: Cursor, method: string | undefined, ended: boolean): ReadResponse {
  const startLine = cursor.line();
  const found = statusLine.exec(startLine);
  if (found === null) throw new NotOneReading(`not a status line: ${show(startLine)}`);
  const status = Number(found[1]);
  const fields = fieldsOf(cursor);
  const length = lengthOf(fields);
  const isBare = status < 200 || status === 204;
  if (isBare && length !== undefined) throw new NotOneReading(`a length with ${status}`);
  if (isBare || status === 304 || method === 'HEAD') return { startLine, status, fields, body: '', trailers: [] };
  if (length === 'chunked') return { startLine, status, fields, ...chunksOf(cursor) };
  if (length === undefined && !ended) throw new Incomplete();
  return { startLine, status, fields, body: cursor.take(length ?? cursor.text.length - cursor.at), trailers: [] };
}
