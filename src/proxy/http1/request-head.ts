import type { Cause } from '../errors.ts';
import type { Limits } from '../options.ts';
import type { RequestView } from '../route/request-view.ts';
import { isAuthority } from './authority.ts';
import { type ConnectionOptions, noNames, readConnection, withoutBlanks } from './connection-options.ts';
import { RequestLine } from './request-line.ts';
import { dropped, equalsAt, isNamed, lengthOf, looksLikeAt, offsets, scan, scanFields, valueIs, valueOf } from './scan-head.ts';

/**
 * One request head, read from a string. One instance serves many requests: it and the shared offsets hold the last
 * head read, and are used up before the next is read.
 */
export class RequestHead implements RequestView {
  readonly line: RequestLine = new RequestLine();
  text = '';
  /** Where the head begins, and where the body begins. */
  start = 0;
  end = 0;
  host = '';
  /** Index of the Host field; -1 where there is none. */
  hostField = -1;
  /** -1: no Content-Length. */
  contentLength = -1;
  isChunked = false;
  expectsContinue = false;
  /** Protocols of Upgrade where Connection asks for it and they may be tunnelled, else `''`. */
  upgrade = '';
  /** The client takes trailers (TE). */
  takesTrailers = false;
  /** Forwarding fields of this peer are kept; set before the head is read. */
  believed = false;
  /** X-Request-Id for backends, where it is known before the head is written; `''` otherwise. */
  requestId = '';
  /** X-Request-Id, X-Forwarded-For, -Proto and -Host of a trusted peer; -1 where absent. */
  readonly trusted: Int32Array = new Int32Array(4).fill(-1);
  readonly connection: ConnectionOptions = { close: false, upgrade: false, names: noNames };
  private connectionField = -1;
  private upgradeField = -1;
  private expectations = 0;

  get method(): string {
    return this.line.method;
  }

  get path(): string {
    return this.line.path;
  }

  get query(): string {
    return this.line.query;
  }

  header(name: string): string | undefined {
    let value: string | undefined;
    for (let i = 0; i < scan.count; i++) {
      if (isNamed(this.text, i, name)) value = value === undefined ? valueOf(this.text, i) : `${value},${valueOf(this.text, i)}`;
    }
    return value;
  }

  /** Reads the head at `start`; the text must hold an empty line. */
  read(text: string, start: number, limits: Limits): Cause | undefined {
    this.text = text;
    this.start = start;
    this.requestId = '';
    const cause = this.line.read(text, start, limits.urlBytes);
    if (cause !== undefined) return cause;
    const result = scanFields(text, this.line.end, limits.headerCount);
    if (result !== 'ok') return result === 'bad' ? 'bad-field' : 'too-many-fields';
    this.end = scan.end;
    if (this.end - start > limits.headBytes) return 'head-too-large';
    return this.readFields(text) ?? this.settle(text);
  }

  private readFields(text: string): Cause | undefined {
    this.contentLength = this.hostField = this.connectionField = this.upgradeField = -1;
    this.isChunked = this.expectsContinue = this.takesTrailers = false;
    this.expectations = 0;
    if (this.believed) this.trusted.fill(-1);
    for (let i = 0; i < scan.count; i++) {
      const start = offsets[i * 4] as number;
      const cause = this.readField(text, i, (offsets[i * 4 + 1] as number) - start);
      if (cause !== undefined) return cause;
    }
    return undefined;
  }

  /** Looks at the fields that a proxy must know, by the length of the name first. */
  private readField(text: string, index: number, length: number): Cause | undefined {
    switch (length) {
      case 2: case 6: case 7: return this.readShort(text, index, length);
      case 4: return isNamed(text, index, 'host') ? this.readHost(text, index) : undefined;
      case 10: return this.readTen(text, index);
      case 14: return this.readFourteen(text, index);
      case 17: return this.readSeventeen(text, index);
      case 9: case 12: case 15: case 16: return this.readForwarding(text, index, length);
      default: return undefined;
    }
  }

  private readShort(text: string, index: number, length: number): Cause | undefined {
    if (length === 2 && isNamed(text, index, 'te')) {
      dropped[index] = 1;
      if (/(?:^|,)[ \t]*trailers[ \t]*(?:,|$)/i.test(valueOf(text, index))) this.takesTrailers = true;
    } else if (length === 7 && isNamed(text, index, 'upgrade')) {
      dropped[index] = 1;
      this.upgradeField = this.upgradeField === -1 ? index : -2;
    } else if (length === 6 && isNamed(text, index, 'expect')) {
      if (!valueIs(text, index, '100-continue') || this.expectations++ > 0) return 'unknown-expectation';
      this.expectsContinue = this.line.minor === 1;
      if (!this.expectsContinue) dropped[index] = 1;
    }
    return undefined;
  }

  private readTen(text: string, index: number): Cause | undefined {
    if (isNamed(text, index, 'connection')) return this.noteConnection(text, index);
    if (isNamed(text, index, 'keep-alive')) dropped[index] = 1;
    return undefined;
  }

  private readFourteen(text: string, index: number): Cause | undefined {
    if (isNamed(text, index, 'content-length')) return this.readLength(text, index);
    if (isNamed(text, index, 'http2-settings')) dropped[index] = 1;
    // A server that turns names into variables would take content_length for the length.
    return looksLikeAt(text, offsets[index * 4] as number, 'content-length') ? 'bad-length' : undefined;
  }

  private readSeventeen(text: string, index: number): Cause | undefined {
    if (isNamed(text, index, 'transfer-encoding')) return this.readCoding(text, index);
    if (looksLikeAt(text, offsets[index * 4] as number, 'transfer-encoding')) return 'bad-transfer-coding';
    return this.readForwarding(text, index, 17);
  }

  private readHost(text: string, index: number): Cause | undefined {
    if (this.hostField !== -1) return 'bad-host';
    this.hostField = index;
    this.host = valueOf(text, index);
    return isAuthority(this.host) ? undefined : 'bad-host';
  }

  private noteConnection(text: string, index: number): Cause | undefined {
    dropped[index] = 1;
    if (this.connectionField === -1) {
      this.connection.close = this.connection.upgrade = false;
      this.connection.names = noNames;
      this.connectionField = index;
    }
    return readConnection(text, index, this.connection) ? undefined : 'bad-field';
  }

  private readLength(text: string, index: number): Cause | undefined {
    if (this.isChunked) return 'length-and-coding';
    if (this.contentLength !== -1) return 'bad-length';
    this.contentLength = lengthOf(text, index);
    return this.contentLength === -1 ? 'bad-length' : undefined;
  }

  private readCoding(text: string, index: number): Cause | undefined {
    if (this.contentLength !== -1) return 'length-and-coding';
    if (this.isChunked || this.line.minor === 0) return 'bad-transfer-coding';
    if (!valueIs(text, index, 'chunked')) return explainCoding(valueOf(text, index));
    dropped[index] = 1;
    this.isChunked = true;
    return undefined;
  }

  /** Fields in which proxies tell where a request came from: a client's own word is dropped unless it is believed. */
  private readForwarding(text: string, index: number, length: number): Cause | undefined {
    const start = offsets[index * 4] as number;
    if (length === 16 && equalsAt(text, start, 'proxy-connection')) dropped[index] = 1;
    const slot = forwardingSlot(text, start, length);
    if (slot === -1) return undefined;
    if (!this.believed) dropped[index] = 1;
    else if (slot < 4) {
      // X-Forwarded-For is written anew from all its lines; of the others the first counts.
      if (slot === 1 || this.trusted[slot] !== -1) dropped[index] = 1;
      if (this.trusted[slot] === -1) this.trusted[slot] = index;
    }
    return undefined;
  }

  /** What only all fields together can say. */
  private settle(text: string): Cause | undefined {
    const { line } = this;
    if (this.hostField === -1) {
      if (line.minor === 1) return 'bad-host';
      this.host = '';
    }
    if (line.authority !== '') {
      if (!isAuthority(line.authority)) return 'bad-target';
      this.host = line.authority;
    }
    if (this.connectionField === -1) {
      this.connection.close = this.connection.upgrade = false;
      this.connection.names = noNames;
    }
    if (line.minor === 0) this.connection.close = true;
    this.upgrade = '';
    if (this.upgradeField >= 0 && this.connection.upgrade && this.mayUpgrade()) this.upgrade = valueOf(text, this.upgradeField);
    if (this.upgrade !== '' && !isTunnelProtocol(this.upgrade)) this.upgrade = '';
    return undefined;
  }

  private mayUpgrade(): boolean {
    return this.line.minor === 1 && !this.isChunked && this.contentLength <= 0;
  }
}

/** Place of the field in `trusted`, 4 for others that are dropped too, -1 for fields of other meaning. */
function forwardingSlot(text: string, start: number, length: number): number {
  switch (length) {
    case 9: return looksLikeAt(text, start, 'forwarded') || looksLikeAt(text, start, 'x-real-ip') ? 4 : -1;
    case 12: return looksLikeAt(text, start, 'x-request-id') ? 0 : -1;
    case 15: return looksLikeAt(text, start, 'x-forwarded-for') ? 1 : -1;
    case 17: return looksLikeAt(text, start, 'x-forwarded-proto') ? 2 : -1;
    case 16:
      if (looksLikeAt(text, start, 'x-forwarded-host')) return 3;
      return looksLikeAt(text, start, 'x-forwarded-port') ? 4 : -1;
    default: return -1;
  }
}

/** RFC 9112 section 6.1: a coding that is not known is 501, but only where chunked comes last, once. */
function explainCoding(value: string): Cause {
  const codings = value.toLowerCase().split(',').map(withoutBlanks);
  const isList = codings.every((coding) => /^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(coding));
  const chunks = codings.filter((coding) => coding === 'chunked').length;
  const knownForm = isList && chunks === 1 && codings.at(-1) === 'chunked' && !codings.includes('identity');
  return knownForm ? 'unknown-transfer-coding' : 'bad-transfer-coding';
}

/** h2c and TLS upgrades are not forwarded: they would put another protocol behind the routes' back. */
function isTunnelProtocol(value: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z/-]+$/.test(value) && !/^(?:h2c?|http\/.*|tls\/.*)$/i.test(value);
}
