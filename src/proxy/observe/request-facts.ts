import { randomUUID } from 'node:crypto';
import { clientAddressOf, type ClientFacts } from '../http1/client-facts.ts';
import type { Announced } from '../listen/proxy-header.ts';
import type { RequestHead } from '../http1/request-head.ts';
import { valueOf } from '../http1/scan-head.ts';
import type { RequestTrace } from '../trace/request-trace.ts';

/** What a request said, for those who watch. Everything is the client's word: escape it. Never credentials or cookies. */
export interface RequestFacts {
  /** `''`, as all but the address, where the head could not be read. */
  readonly method: string;
  readonly scheme: 'http' | 'https';
  /** Host with its port, as sent. */
  readonly authority: string;
  /** Without the query, dot segments resolved. */
  readonly path: string;
  /** With its question mark, or `''`. */
  readonly query: string;
  readonly userAgent: string;
  /** Of the client as far as Postern knows it: its socket's, or what a trusted peer says. */
  readonly clientAddress: string;
  /** X-Request-Id as the backend gets it. */
  readonly requestId: string;
  readonly protocol: '1.0' | '1.1' | '2';
  /** Who sent it here: the client, or the last proxy before Postern. */
  readonly peer: Announced;
  /** The trace that the request belongs to; set where its listener is traced. */
  trace?: RequestTrace;
}

/** The facts of the head that was read last. It gets an id here where it has none, so that the log's and the backend's are the same. */
export function requestFacts(head: RequestHead, client: ClientFacts, protocol?: '2'): RequestFacts {
  const { line } = head;
  const known = head.believed ? head.trusted[0] as number : -1;
  head.requestId = known === -1 ? randomUUID() : valueOf(head.text, known);
  return {
    method: line.method, scheme: client.scheme, authority: head.host, path: line.path, query: line.query,
    userAgent: head.header('user-agent') ?? '', clientAddress: clientAddressOf(head, client), peer: client.peer, requestId: head.requestId,
    protocol: protocol ?? (line.minor === 0 ? '1.0' : '1.1'),
  };
}

/** The facts of a request whose head could not be read: what is left of an earlier one must not be taken for it. */
export function unreadFacts(client: ClientFacts, protocol: RequestFacts['protocol']): RequestFacts {
  return { method: '', scheme: client.scheme, authority: '', path: '', query: '', userAgent: '', clientAddress: client.address, peer: client.peer, requestId: '', protocol };
}
