import type { Cause } from '../errors.ts';
import { normalisePath } from './path.ts';
import { equalsAt } from './scan-head.ts';
import { isQuery, isToken, pathDot, pathEscape, pathKind, pathPlain } from './tables.ts';

/** What a request line says. */
export class RequestLine {
  method = '';
  /** Without the query, dot segments resolved; `*` for the asterisk form. */
  path = '';
  /** With its question mark, or `''`. */
  query = '';
  /** Authority of an absolute-form target; it wins over Host (RFC 9112 section 3.2.2). */
  authority = '';
  /** Minor version: 0 or 1. */
  minor = 1;
  /** The line can be forwarded as it came. */
  verbatim = true;
  /** Position after the line. */
  end = 0;

  /** Reads the line at `from` (RFC 9112 section 3); the text must hold a CR after it. */
  read(text: string, from: number, urlBytes: number): Cause | undefined {
    const targetStart = this.readMethod(text, from);
    if (targetStart < 0) return 'bad-request-line';
    if (this.method === 'CONNECT') return 'connect-refused';
    this.verbatim = true;
    this.authority = '';
    const targetEnd = this.readTarget(text, targetStart);
    if (targetEnd < 0) return this.explain(text, targetStart, urlBytes);
    if (targetEnd - targetStart > urlBytes) return 'url-too-long';
    return this.readVersion(text, targetEnd + 1);
  }

  private readMethod(text: string, from: number): number {
    if (text.charCodeAt(from) === 71 && text.startsWith('GET ', from)) {
      this.method = 'GET';
      return from + 4;
    }
    let at = from;
    while (isToken[text.charCodeAt(at)] === 1) at++;
    if (at === from || at - from > 32 || text.charCodeAt(at) !== 32) return -1;
    this.method = text.slice(from, at);
    return at + 1;
  }

  private readTarget(text: string, start: number): number {
    const first = text.charCodeAt(start);
    if (first === 47) return this.readPath(text, start);
    this.verbatim = false;
    if (first === 42 && text.charCodeAt(start + 1) === 32 && this.method === 'OPTIONS') {
      this.path = '*';
      this.query = '';
      return start + 1;
    }
    return this.readAbsolute(text, start);
  }

  private readAbsolute(text: string, start: number): number {
    let at = start;
    if (equalsAt(text, at, 'http://')) at += 7;
    else if (equalsAt(text, at, 'https://')) at += 8;
    else return -1;
    const authorityStart = at;
    let code = text.charCodeAt(at);
    while (pathKind[code] !== 0 && code !== 47) code = text.charCodeAt(++at);
    if (at === authorityStart) return -1;
    this.authority = text.slice(authorityStart, at);
    if (code === 47) return this.readPath(text, at);
    if (code !== 32 && code !== 63) return -1;
    // RFC 9112 section 3.2.4: OPTIONS of a server as a whole is written with an asterisk for the last hop.
    this.path = code === 32 && this.method === 'OPTIONS' ? '*' : '/';
    return this.readQuery(text, at);
  }

  private readPath(text: string, start: number): number {
    let at = start + 1;
    let isUnusual = false;
    for (;;) {
      const kind = pathKind[text.charCodeAt(at)];
      if (kind === pathPlain) at++;
      else if (kind === pathDot) {
        if (text.charCodeAt(at - 1) === 47) isUnusual = true;
        at++;
      } else if (kind === pathEscape) {
        isUnusual = true;
        at++;
      } else break;
    }
    const sent = text.slice(start, at);
    if (isUnusual) {
      const path = normalisePath(sent);
      if (path === undefined) return -1;
      if (path !== sent) this.verbatim = false;
      this.path = path;
    } else this.path = sent;
    return this.readQuery(text, at);
  }

  private readQuery(text: string, start: number): number {
    let at = start;
    if (text.charCodeAt(at) === 63) while (isQuery[text.charCodeAt(at)] === 1) at++;
    this.query = at === start ? '' : text.slice(start, at);
    return text.charCodeAt(at) === 32 ? at : -1;
  }

  private readVersion(text: string, at: number): Cause | undefined {
    if (!text.startsWith('HTTP/', at)) return 'bad-request-line';
    if (text.charCodeAt(at + 8) !== 13 || text.charCodeAt(at + 9) !== 10) return 'bad-request-line';
    this.end = at + 10;
    if (text.startsWith('1.1', at + 5)) this.minor = 1;
    else if (text.startsWith('1.0', at + 5)) this.minor = 0;
    else return /^\d\.\d$/.test(text.slice(at + 5, at + 8)) ? 'bad-version' : 'bad-request-line';
    return undefined;
  }

  /** Why a target was not read: the HTTP/2 preface and overlong targets have their own answers. */
  private explain(text: string, start: number, urlBytes: number): Cause {
    const lineEnd = text.indexOf('\r', start);
    if (this.method === 'PRI' && text.startsWith('* HTTP/2.0\r\n', start)) return 'bad-version';
    if (lineEnd - start > urlBytes + 9) return 'url-too-long';
    return text.slice(start, lineEnd).includes(' ') ? 'bad-target' : 'bad-request-line';
  }
}
