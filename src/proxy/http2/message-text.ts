import { isFieldValue, isToken } from '../http1/tables.ts';
import type { Field } from './hpack/field.ts';

/** Verdicts on a field, remembered with it. */
const plain = 1;
const special = 2;
const bad = 3;

/** Fields that need a look at each message; the rest are judged once. */
const specials: ReadonlySet<string> = new Set([
  'connection', 'proxy-connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'host', 'content-length', 'cookie',
]);

export type MessageKind = 'request' | 'response' | 'trailers';

/**
 * Collects the fields of one header list, checks them as RFC 9113 sections 8.1 to 8.3 say, and writes them as a head of HTTP/1.1:
 * one reader of heads then serves both protocols, so they cannot differ in what a message means. One instance serves many
 * messages; it is used up before the next one begins.
 */
export class MessageText {
  isMalformed = false;
  /** The list is larger than it may be; what follows is not kept. */
  isTooLarge = false;
  method = '';
  path = '';
  status = '';
  /** -1: none. */
  contentLength = -1;
  private kind: MessageKind = 'request';
  private scheme = '';
  private authority = '';
  private hasAuthority = false;
  private host = '';
  private cookie = '';
  private lines = '';
  private hasFields = false;
  private size = 0;
  private most = 0;

  begin(kind: MessageKind, mostBytes: number): void {
    this.kind = kind;
    this.most = mostBytes;
    this.isMalformed = this.isTooLarge = this.hasAuthority = this.hasFields = false;
    this.method = this.path = this.status = this.scheme = this.authority = this.host = this.cookie = this.lines = '';
    this.contentLength = -1;
    this.size = 0;
  }

  /** Takes one field. Bound, so that it can be handed to a decoder. */
  readonly take = (field: Field): void => {
    this.size += field.size;
    if (this.size > this.most) this.isTooLarge = true;
    if (this.isTooLarge) return;
    if (field.name.charCodeAt(0) === 58) return this.takePseudo(field);
    this.hasFields = true;
    if (field.verdict === 0) judge(field);
    if (field.verdict === plain) this.lines += field.line;
    else if (field.verdict === bad || !this.takeSpecial(field)) this.isMalformed = true;
  };

  /** RFC 9113 section 8.3: before all other fields, each once, and only those of this kind of message. */
  private takePseudo({ name, value }: Field): void {
    if (this.hasFields || !isValue(value)) this.isMalformed = true;
    else if (this.kind === 'request') this.takeRequestPseudo(name, value);
    else if (this.kind === 'response' && name === ':status' && this.status === '') this.status = value;
    else this.isMalformed = true;
  }

  private takeRequestPseudo(name: string, value: string): void {
    if (name === ':authority' && !this.hasAuthority) {
      this.hasAuthority = true;
      this.authority = value;
    } else if (name === ':method' && this.method === '' && isName(value)) this.method = value;
    else if (name === ':path' && this.path === '' && value !== '') this.path = value;
    else if (name === ':scheme' && this.scheme === '' && value !== '') this.scheme = value;
    else this.isMalformed = true;
  }

  /** RFC 9113 section 8.2.2 and 8.2.3. Answers false where the message is malformed. */
  private takeSpecial({ name, value, line }: Field): boolean {
    switch (name) {
      case 'te':
        if (value !== 'trailers') return false;
        this.lines += line;
        return true;
      case 'host':
        if (this.kind !== 'request' || this.host !== '' || value === '') return this.kind === 'response';
        this.host = value;
        return true;
      case 'content-length':
        if (this.contentLength !== -1 || !/^\d{1,15}$/.test(value)) return false;
        this.contentLength = Number(value);
        this.lines += line;
        return true;
      case 'cookie':
        this.cookie += this.cookie === '' ? value : `; ${value}`;
        return true;
      default: return false;
    }
  }

  /** Whether a request has all that it needs (RFC 9113 section 8.3.1); only after the whole list. */
  get isRequest(): boolean {
    if (this.isMalformed || this.method === '' || (this.authority !== '' && this.host !== '' && this.host !== this.authority)) return false;
    if (this.method === 'CONNECT') return this.hasAuthority && this.path === '' && this.scheme === '';
    if (this.scheme === '' || /\s/.test(this.path)) return false;
    return this.path.startsWith('/') || (this.path === '*' && this.method === 'OPTIONS');
  }

  /** Whether a response has a status that HTTP/2 can have (RFC 9113 sections 8.1 and 8.6). */
  get isResponse(): boolean {
    return !this.isMalformed && /^[1-9]\d\d$/.test(this.status) && this.status !== '101';
  }

  /** The head as text, without the empty line at its end: lines about its body may follow. */
  requestText(): string {
    const text = `${this.method} ${this.path} HTTP/1.1\r\nhost: ${this.authority === '' ? this.host : this.authority}\r\n${this.lines}`;
    return this.cookie === '' ? text : `${text}cookie: ${this.cookie}\r\n`;
  }

  responseText(): string {
    return `HTTP/1.1 ${this.status} \r\n${this.lines}\r\n`;
  }

  /** Trailer lines with the empty line behind them. */
  trailerText(): string {
    return `${this.lines}\r\n`;
  }
}

function judge(field: Field): void {
  const { name, value } = field;
  if (!isLowerName(name) || !isValue(value) || hasOuterSpace(value)) {
    field.verdict = bad;
    return;
  }
  field.line = `${name}: ${value}\r\n`;
  field.verdict = specials.has(name) ? special : plain;
}

function isName(name: string): boolean {
  for (let at = 0; at < name.length; at++) if (isToken[name.charCodeAt(at)] !== 1) return false;
  return name !== '';
}

function isLowerName(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    if (isToken[code] !== 1 || (code >= 65 && code <= 90)) return false;
  }
  return name !== '';
}

function isValue(value: string): boolean {
  for (let at = 0; at < value.length; at++) if (isFieldValue[value.charCodeAt(at)] !== 1) return false;
  return true;
}

function hasOuterSpace(value: string): boolean {
  const first = value.charCodeAt(0);
  const last = value.charCodeAt(value.length - 1);
  return first === 32 || first === 9 || last === 32 || last === 9;
}
