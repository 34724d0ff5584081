import { nearOrRelatedName } from '../../base/index.ts';

/** What a case may name as its cause: those of docs/errors.md, and why a handshake or a connection comes to nothing. */
export const knownCauses: ReadonlySet<string> = new Set([
  'auth-body-too-large', 'auth-denied', 'auth-failed', 'auth-timeout', 'auth-unavailable', 'backend-closed', 'backend-kind-unknown', 'backend-not-carried', 'backend-not-found',
  'backend-timeout', 'bad-chunk', 'bad-field', 'bad-hello', 'bad-host', 'bad-length', 'bad-proxy-header', 'bad-request-line', 'bad-response', 'bad-target', 'bad-trailer',
  'bad-transfer-coding', 'bad-version', 'body-timeout', 'body-too-large', 'client-closed', 'connect-failed', 'connect-refused', 'connect-timeout', 'drain-timeout', 'filter-not-resolved',
  'handshake-failed', 'handshake-timeout', 'head-timeout', 'head-too-large', 'hello-too-large', 'idle-timeout', 'length-and-coding', 'listener-filter-not-resolved', 'misdirected',
  'name-failed', 'no-backends', 'no-endpoint', 'no-listener', 'no-route', 'no-target', 'no-weight', 'not-tls', 'overloaded', 'protocol-not-carried', 'ref-not-permitted',
  'request-timeout', 'retry-budget', 'rule-not-carried', 'tls-refused', 'too-many-fields', 'too-many-sessions', 'unknown-expectation', 'unknown-transfer-coding', 'url-too-long',
  'write-timeout',
  'no-socket', 'wrong-scheme', 'carries-requests', 'no-certificate', 'client-certificate-missing', 'client-certificate-refused',
]);

/** A sentence about a cause that nothing ever has; undefined for every other. */
export function unknownCause(cause: string): string | undefined {
  if (knownCauses.has(cause)) return undefined;
  const near = nearOrRelatedName(cause, [...knownCauses]);
  return `there is no such cause${near === undefined ? '; docs/errors.md has them all' : `; did you mean ${near}?`}`;
}
