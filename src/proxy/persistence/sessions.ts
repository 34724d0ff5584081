import type { BackendKey, Persistence } from '../../ir/index.ts';
import type { HeaderEdit } from '../filter/headers/compile.ts';
import { cookieValues, setCookieLine } from './cookie.ts';
import { mostSessions, readTokens, scopeOf, type SessionToken, writeToken } from './token.ts';

/** How clients stay with the endpoints of one target. */
export class Sessions {
  readonly persistence: Persistence;
  private readonly backend: BackendKey;
  private known: { readonly key: string; readonly scope: string } | undefined;

  constructor(persistence: Persistence, backend: BackendKey) {
    this.persistence = persistence;
    this.backend = backend;
  }

  /** What tells its tokens from those of other backends; made once, because a proxy has one key. */
  scopeWith(key: string): string {
    if (this.known?.key !== key) this.known = { key, scope: scopeOf(this.backend, key) };
    return this.known.scope;
  }
}

/** Undefined where clients need not stay. A name or path that would break the field that it stands in persists nothing. */
export function compileSessions(persistence: Persistence | undefined, backend: BackendKey): Sessions | undefined {
  if (persistence === undefined || !/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(persistence.name)) return undefined;
  if (persistence.path !== undefined && !/^\/[\x20-\x3a\x3c-\x7e]*$/.test(persistence.path)) return undefined;
  return new Sessions(persistence, backend);
}

/** What a session needs to know of its request and its proxy. */
export interface SessionRequest {
  /** The values of a field, line by line. */
  fields(name: string): readonly string[];
  readonly isSecure: boolean;
  /** Shared by all proxies that serve the same clients. */
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The session of one request: the one that its client presents, or a new one. */
export class Session {
  /** Of the endpoint that the client comes back to; undefined where it has none, or none any more. */
  readonly token: string | undefined;
  private readonly sessions: Sessions;
  private readonly request: Pick<SessionRequest, 'isSecure' | 'key' | 'now'>;
  private readonly scope: string;
  private readonly others: readonly SessionToken[];

  constructor(sessions: Sessions, request: SessionRequest) {
    const { kind, name, timeoutMs } = sessions.persistence;
    this.sessions = sessions;
    this.request = request;
    this.scope = sessions.scopeWith(request.key);
    const values = kind === 'header' ? request.fields(name) : request.fields('cookie').flatMap((field) => cookieValues(field, name));
    const seconds = request.now / 1000;
    const presented = values.flatMap((value) => readTokens(value, request.key)).filter(({ endsAt }) => endsAt === undefined || endsAt > seconds);
    this.others = presented.filter(({ scope }) => scope !== this.scope);
    // A token without an end is older than the limit that sessions have now.
    this.token = presented.find(({ scope, endsAt }) => scope === this.scope && (timeoutMs === undefined || endsAt !== undefined))?.endpoint;
  }

  /** The response edit of a request that this endpoint answers: where the session begins with it, the client gets its token. */
  edit(endpoint: string | undefined, edit: HeaderEdit | undefined): HeaderEdit | undefined {
    const { kind, name } = this.sessions.persistence;
    const isNew = endpoint !== undefined && endpoint !== this.token;
    if (kind === 'cookie') return isNew ? { names: edit?.names ?? [], lines: (edit?.lines ?? '') + this.cookieLine(endpoint) } : edit;
    // The client would take what the backend writes there for its token.
    return { names: [...edit?.names ?? [], name], lines: (edit?.lines ?? '') + (isNew ? `${name}: ${this.value(endpoint)}\r\n` : '') };
  }

  private cookieLine(endpoint: string): string {
    const { name, path = '/', isPermanent, timeoutMs } = this.sessions.persistence;
    const maxAge = isPermanent === true && timeoutMs !== undefined ? Math.ceil(timeoutMs / 1000) : undefined;
    return setCookieLine(name, this.value(endpoint), { path, maxAge, isSecure: this.request.isSecure });
  }

  /** The new session first; those with other backends under the same name go on. */
  private value(endpoint: string): string {
    const { timeoutMs } = this.sessions.persistence;
    const { key, now } = this.request;
    const endsAt = timeoutMs === undefined ? undefined : Math.ceil((now + timeoutMs) / 1000);
    return [writeToken({ scope: this.scope, endpoint, endsAt }, key), ...this.others.map(({ text }) => text)].slice(0, mostSessions).join('.');
  }
}
