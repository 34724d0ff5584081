import type { HeaderFilter, HeaderValue } from '../../../ir/index.ts';
import { type Cause, refusalOf } from '../../errors.ts';
import type { Answer } from '../../http1/answer.ts';
import { headerLine } from '../headers/compile.ts';
import type { CheckedRequest, Field } from './checked-request.ts';

/** What an authorizer says: go on with these changes, this answer for the client, or nothing that could be used. */
export type CheckResult =
  | { readonly kind: 'allowed'; readonly filters: readonly HeaderFilter[] }
  | { readonly kind: 'denied'; readonly answer: Answer }
  | { readonly kind: 'failed'; readonly cause: Cause };

export const unusable: CheckResult = { kind: 'failed', cause: 'auth-failed' };

/** Fields of the framing, of one connection, or of routing: no authorizer writes them, in either direction. */
const untouchable: ReadonlySet<string> = new Set([
  'host', 'authority', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'upgrade',
  'expect', 'via', 'http2-settings',
]);

/** Servers that turn names into variables can't tell `-` and `_` apart. */
function canonical(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}

export function isUntouchable(name: string): boolean {
  return untouchable.has(canonical(name));
}

/** Changes of the request that an authorizer wants. */
export interface WantedChanges {
  /** Names that the client may not have a say in. */
  readonly remove: readonly string[];
  readonly set: readonly HeaderValue[];
  readonly add: readonly HeaderValue[];
}

/**
 * The changes as a filter. What an authorizer sets or removes is also taken out where the client wrote it with other signs that
 * some servers take for the same, so that nobody can put words in the authorizer's mouth.
 */
export function requestFilter({ remove, set, add }: WantedChanges, { fields }: Pick<CheckedRequest, 'fields'>): HeaderFilter {
  const own = new Set([...remove, ...set.map(({ name }) => name)].filter((it) => !isUntouchable(it)).map(canonical));
  const alike = fields.map(([name]) => name).filter((name) => own.has(canonical(name)));
  const isAllowed = ({ name }: HeaderValue): boolean => !isUntouchable(name);
  return { kind: 'request-headers', remove: [...new Set([...remove.filter((it) => !isUntouchable(it)), ...alike])], set: set.filter(isAllowed), add: add.filter(isAllowed) };
}

/** What an authorizer adds to the answer of a request that it lets go on. */
export function responseFilter({ set, add }: Pick<WantedChanges, 'set' | 'add'>): HeaderFilter {
  const isAllowed = ({ name }: HeaderValue): boolean => !isUntouchable(name);
  return { kind: 'response-headers', remove: [], set: set.filter(isAllowed), add: add.filter(isAllowed) };
}

/** Fields that Postern writes itself in an answer of its own. */
const rewritten: ReadonlySet<string> = new Set(['date']);

/** The answer of an authorizer as the client gets it. `body` is latin1. */
export function deniedAnswer(status: number, fields: readonly Field[], body: string): Answer {
  const lines = fields.filter(([name]) => !isUntouchable(name) && !rewritten.has(name)).map(([name, value]) => headerLine(name, value) ?? '');
  return { status, text: refusalOf('auth-denied').text, content: body, lines: lines.join(''), cause: 'auth-denied' };
}
