import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What a client is given to come back with: for each backend that it has a session with, the backend and the endpoint as keyed hashes, and
 * where sessions end the time of it, sealed. Of the form `BBBBBBEEEEEEEEEEEEEEEE` or `BBBBBBEEEEEEEEEEEEEEEETTTTTTTTSSSSSSSSSSSSSSSS`, several
 * joined by dots; all characters are those of base64url, so it can stand in cookies and fields. No state is kept: whoever has the key can read it.
 */
export interface SessionToken {
  /** Tells backends apart. */
  readonly scope: string;
  readonly endpoint: string;
  /** The whole text of this one. */
  readonly text: string;
  /** Seconds since 1970; undefined: it never ends. */
  readonly endsAt: number | undefined;
}

const lengths = { scope: 6, endpoint: 16, time: 8, seal: 16 };
const plainLength = lengths.scope + lengths.endpoint;
const timedLength = plainLength + lengths.time + lengths.seal;
/** Sessions that one client can have under one name; the oldest make room. */
export const mostSessions = 8;

/** The tokens in a value that a client has sent: what is no token, or not sealed by us, is left out. Reads no more than a bounded part. */
export function readTokens(value: string, key: string): SessionToken[] {
  if (value.length > mostSessions * (timedLength + 1)) return [];
  return value.split('.', mostSessions).flatMap((text) => readToken(text, key) ?? []);
}

function readToken(text: string, key: string): SessionToken | undefined {
  if ((text.length !== plainLength && text.length !== timedLength) || !/^[A-Za-z0-9_-]+$/.test(text)) return undefined;
  const token = { text, scope: text.slice(0, lengths.scope), endpoint: text.slice(lengths.scope, plainLength) };
  if (text.length === plainLength) return { ...token, endsAt: undefined };
  const sealed = text.slice(0, plainLength + lengths.time);
  if (!timingSafeEqual(Buffer.from(sealOf(sealed, key)), Buffer.from(text.slice(sealed.length)))) return undefined;
  return { ...token, endsAt: Buffer.from(text.slice(plainLength, sealed.length), 'base64url').readUIntBE(0, 6) };
}

/** The text of a token; `endsAt` in seconds since 1970. */
export function writeToken({ scope, endpoint, endsAt }: Omit<SessionToken, 'text'>, key: string): string {
  if (endsAt === undefined) return scope + endpoint;
  const time = Buffer.alloc(6);
  time.writeUIntBE(endsAt, 0, 6);
  const sealed = scope + endpoint + time.toString('base64url');
  return sealed + sealOf(sealed, key);
}

function sealOf(sealed: string, key: string): string {
  return createHmac('sha256', key).update(`seal ${sealed}`).digest('base64url').slice(0, lengths.seal);
}

/** The scope of a backend. */
export function scopeOf(backend: string, key: string): string {
  return createHmac('sha256', key).update(`backend ${backend}`).digest('base64url').slice(0, lengths.scope);
}

/** The part of a token that names an endpoint: by its name, which outlives a change of address, where it has one. */
export function endpointToken(identity: string, key: string): string {
  return createHmac('sha256', key).update(`endpoint ${identity}`).digest('base64url').slice(0, lengths.endpoint);
}
