import type { Difference } from './differences.ts';

const ownReplies = 'Envoy ends the connection where it answered before the whole request was there';
const reasons = 'Envoy writes the reason phrase of the status itself';
const hops = 'Envoy passes on response headers that Connection names';
const laterBytes = 'Envoy begins to count when the request is there as a whole';

/** Where Envoy does not do what the table says; docs/data-planes.md has the same in words for users. */
export const envoyDifferences: { readonly [name: string]: Difference } = {
  'backend/unresolved-name': { why: 'Envoy has sentences of its own', ignores: ['body'] },
  'cors/preflight': { why: 'Envoy answers preflights with 200, and one that is not allowed still names methods and headers, without an origin', statuses: { 204: 200 }, without: [2] },
  'cors/answers': { why: 'Envoy does not mark redirects of its own', without: [4] },
  'external-auth/denied': { why: `${hops}; an authorizer that neither answers 200 nor refuses is passed on`, ignores: ['absent'], without: [2] },
  'external-auth/edited': { why: 'a request that waits goes on to the backend as it is now, and ends where that is gone', skip: true },
  'external-auth/listener-then-rule': { why: 'where rules have authorizers too, what that of the listener sets is no matter of matches', without: [5] },
  'external-auth/time': { why: 'an authorizer that takes too long is one that cannot be reached', statuses: { 504: 503 } },
  'external-auth/unreachable': { why: 'an answer that makes no sense is one that did not come', statuses: { 502: 503 } },
  'forwarding/connection-cannot-take-host': { why: 'Envoy refuses a Connection that names Host', statuses: { 200: 400 }, ignores: ['saw', 'backend'] },
  'forwarding/hop-by-hop-responses': { why: hops, ignores: ['absent'] },
  'host/absolute-form': { why: 'Envoy takes a target that names a user', without: [3] },
  'host/ip-literals': { why: 'Envoy takes odd IPv6 addresses', without: [4, 5, 6] },
  'host/missing': { why: 'Envoy takes the first of two Hosts, and is less strict with what a host is', skip: true },
  'http1/ambiguous-requests': { why: 'Envoy reads some of them in one way of its own, and answers others with 501', skip: true },
  'http1/connect-method': { why: 'Envoy finds no route for CONNECT', statuses: { 405: 404 } },
  'http1/empty-reason': { why: reasons, ignores: ['reason'] },
  'http1/expect-refused': { why: 'Envoy itself lets the body come', skip: true },
  'http1/interim': { why: 'Envoy passes on one interim answer', skip: true },
  'http1/interim-for-http10': { why: 'Envoy passes on interim answers to all clients', ignores: ['interim'] },
  'http1/malformed-response': { why: 'Envoy passes on a 101 that nobody asked for', without: [5, 6] },
  'http1/options-asterisk': { why: 'Envoy has no route for *', skip: true },
  'http1/pipelining': { why: ownReplies, skip: true },
  'http1/reason-phrase': { why: reasons, ignores: ['reason'] },
  'http1/unknown-expectation': { why: 'Envoy passes on what it does not know', skip: true },
  'http1/versions': { why: 'Envoy takes any number of HTTP/1 and 2 for its own', skip: true },
  'match/no-rules-match': { why: ownReplies, ignores: ['connection'] },
  'match/query-encoded': { why: 'Envoy compares names of parameters as they were sent', without: [3] },
  'path/broken-escapes': { why: 'Envoy passes escapes on as they are', skip: true },
  'path/hidden-dot-segments': { why: 'Envoy refuses either every encoded slash or none', skip: true },
  'path/no-path': { why: 'Envoy wants a path where there is a query', without: [2] },
  'path/very-long': { why: 'Envoy has a limit for the whole head only', skip: true },
  'redirect/with-response-headers': { why: ownReplies, ignores: ['connection'] },
  'retry/budget-of-the-backend': { why: 'Envoy counts retries under way and not a rate', skip: true },
  'telemetry/begins': { why: 'Envoy begins traces without the flag of random ids, and sends a tracestate that is empty', skip: true },
  'telemetry/filters-first': { why: 'Envoy writes the trace after the filters', skip: true },
  'telemetry/not-sampled': { why: 'Envoy writes its own span into a context that is not sampled too', skip: true },
  'timeouts/not-reached': { why: 'with Envoy the limit of a request counts up to the last byte of the answer', skip: true },
  'timeouts/upload': { why: laterBytes, skip: true },
  'websocket/refused': { why: ownReplies, ignores: ['connection'] },
};
