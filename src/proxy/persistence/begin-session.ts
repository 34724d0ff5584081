import type { ClientFacts } from '../http1/client-facts.ts';
import type { RequestHead } from '../http1/request-head.ts';
import { isNamed, scan, valueOf } from '../http1/scan-head.ts';
import { Session, type Sessions } from './sessions.ts';

/** The session of a request whose head was the last one read. */
export function beginSession(sessions: Sessions, head: RequestHead, facts: ClientFacts, key: string): Session { // oxlint-disable-line max-params -- what, of whom, from where, and what seals it.
  const isSecure = facts.scheme === 'https' || (facts.isTrusted && head.header('x-forwarded-proto')?.toLowerCase() === 'https');
  return new Session(sessions, { fields: (name) => fieldsOf(head, name), isSecure, key, now: Date.now() });
}

function fieldsOf({ text }: RequestHead, name: string): string[] {
  const values: string[] = [];
  for (let i = 0; i < scan.count; i++) if (isNamed(text, i, name)) values.push(valueOf(text, i));
  return values;
}
