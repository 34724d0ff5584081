import { type ConnectionOptions, noNames, readConnection } from './connection-options.ts';
import { dropped, isNamed, lengthOf, offsets, scan, scanFields, valueIs, valueOf } from './scan-head.ts';
import { isFieldValue } from './tables.ts';

/** How a response's body ends. */
export type ResponseFraming = 'none' | 'length' | 'chunked' | 'close';

/**
 * One response head of a backend, read with the same strictness as requests. One instance serves many: it and the
 * shared offsets hold the last head read.
 */
export class ResponseHead {
  text = '';
  start = 0;
  end = 0;
  status = 0;
  minor = 1;
  /** Position after the status line. */
  fieldsStart = 0;
  /** The status line can be forwarded as it came. */
  verbatim = true;
  framing: ResponseFraming = 'none';
  contentLength = -1;
  hasDate = false;
  /** Seconds that the backend keeps an idle connection (Keep-Alive: timeout=), -1 where it does not say. */
  keepAliveSeconds = -1;
  /** Index of the Upgrade field, -1 for none. */
  upgradeField = -1;
  readonly connection: ConnectionOptions = { close: false, upgrade: false, names: noNames };
  private isChunked = false;

  /** Reads the head at `start`; the text must hold an empty line. Answers whether the head is well formed. */
  read(text: string, start: number, options: { readonly headerCount: number; readonly toHead: boolean }): boolean {
    this.text = text;
    this.start = start;
    if (!this.readStatusLine(text, start)) return false;
    if (scanFields(text, this.fieldsStart, options.headerCount) !== 'ok') return false;
    this.end = scan.end;
    return this.readFields(text) && this.frame(options.toHead);
  }

  private readStatusLine(text: string, start: number): boolean {
    if (!text.startsWith('HTTP/1.', start)) return false;
    this.minor = text.charCodeAt(start + 7) - 48;
    if ((this.minor !== 0 && this.minor !== 1) || text.charCodeAt(start + 8) !== 32) return false;
    this.status = statusAt(text, start + 9);
    if (this.status < 100) return false;
    let at = start + 12;
    const hasReason = text.charCodeAt(at) === 32;
    if (hasReason) while (isFieldValue[text.charCodeAt(at)] === 1) at++;
    if (text.charCodeAt(at) !== 13 || text.charCodeAt(at + 1) !== 10) return false;
    this.fieldsStart = at + 2;
    this.verbatim = this.minor === 1 && hasReason;
    return true;
  }

  private readFields(text: string): boolean {
    this.contentLength = this.keepAliveSeconds = this.upgradeField = -1;
    this.isChunked = this.hasDate = this.connection.close = this.connection.upgrade = false;
    this.connection.names = noNames;
    for (let i = 0; i < scan.count; i++) {
      const start = offsets[i * 4] as number;
      if (!this.readField(text, i, (offsets[i * 4 + 1] as number) - start)) return false;
    }
    if (this.minor === 0) this.connection.close = true;
    return true;
  }

  private readField(text: string, index: number, length: number): boolean {
    switch (length) {
      case 4:
        if (isNamed(text, index, 'date')) this.hasDate = true;
        return true;
      case 7:
        if (isNamed(text, index, 'upgrade')) {
          dropped[index] = 1;
          this.upgradeField = index;
        }
        return true;
      case 10: return this.readConnectionField(text, index);
      case 14: return !isNamed(text, index, 'content-length') || this.readLength(text, index);
      case 16:
        if (isNamed(text, index, 'proxy-connection')) dropped[index] = 1;
        return true;
      case 17: return !isNamed(text, index, 'transfer-encoding') || this.readCoding(text, index);
      default: return true;
    }
  }

  private readConnectionField(text: string, index: number): boolean {
    if (isNamed(text, index, 'connection')) {
      dropped[index] = 1;
      return readConnection(text, index, this.connection);
    }
    if (isNamed(text, index, 'keep-alive')) {
      dropped[index] = 1;
      const timeout = /(?:^|,)\s*timeout=(\d{1,6})/i.exec(valueOf(text, index));
      if (timeout !== null) this.keepAliveSeconds = Number(timeout[1]);
    }
    return true;
  }

  private readLength(text: string, index: number): boolean {
    if (this.contentLength !== -1) return false;
    this.contentLength = lengthOf(text, index);
    if (this.status < 200 || this.status === 204) dropped[index] = 1;
    return this.contentLength !== -1;
  }

  private readCoding(text: string, index: number): boolean {
    if (this.isChunked || this.minor === 0 || !valueIs(text, index, 'chunked')) return false;
    dropped[index] = 1;
    this.isChunked = true;
    return true;
  }

  /** How the body ends (RFC 9112 section 6.3). */
  private frame(toHead: boolean): boolean {
    if (this.isChunked && this.contentLength !== -1) return false;
    if (toHead || this.status < 200 || this.status === 204 || this.status === 304) this.framing = 'none';
    else if (this.isChunked) this.framing = 'chunked';
    else if (this.contentLength >= 0) this.framing = this.contentLength === 0 ? 'none' : 'length';
    else this.framing = 'close';
    return true;
  }
}

/** Three digits as a number, or -1. */
function statusAt(text: string, at: number): number {
  let status = 0;
  for (let i = 0; i < 3; i++) {
    const digit = text.charCodeAt(at + i) - 48;
    if (!(digit >= 0 && digit <= 9)) return -1;
    status = status * 10 + digit;
  }
  return status;
}
