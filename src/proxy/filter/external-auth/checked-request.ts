import { clientAddressOf, type ClientFacts } from '../../http1/client-facts.ts';
import type { RequestHead } from '../../http1/request-head.ts';
import { type RequestChanges, requestHeadText } from '../../http1/write-head.ts';
import type { ForwardedContext } from '../../trace/join-trace.ts';

export type Field = readonly [name: string, value: string];

/** A request as an authorizer sees it: as the filters before the check left it. */
export interface CheckedRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly host: string;
  /** End-to-end fields, names in lower case, values latin1; Host and the framing are not among them. */
  readonly fields: readonly Field[];
  /** Bytes of the client's body; -1 where it does not say. */
  readonly size: number;
  /** Of the client, behind trusted proxies too. */
  readonly address: string;
  readonly scheme: 'http' | 'https';
  /** `HTTP/1.1` or `HTTP/2`. */
  readonly version: string;
  /** The body, where it goes to the authorizer. */
  readonly body: Buffer;
}

/** Fields of one connection or of the framing: an authorizer gets its own. */
const ofConnection: ReadonlySet<string> = new Set(['host', 'content-length', 'transfer-encoding', 'connection', 'te', 'upgrade', 'expect', 'via', 'trailer', 'http2-settings']);

/** What is known of a request beside its head. */
export interface Surroundings extends Pick<CheckedRequest, 'version' | 'body'> {
  readonly facts: ClientFacts;
  /** The trace that the request belongs to. */
  readonly context: ForwardedContext | undefined;
}

/** The request whose head was just read, after `changes`. The head's offsets are used up. */
export function checkedRequest(head: RequestHead, changes: RequestChanges, { facts, context, version, body }: Surroundings): CheckedRequest {
  const size = head.isChunked ? -1 : Math.max(head.contentLength, 0);
  const address = clientAddressOf(head, facts);
  const { startLine, fields } = readLines(requestHeadText(head, changes, facts, context));
  const [method = '', target = ''] = startLine.split(' ');
  return {
    version, body, method, target, size, address, scheme: facts.scheme,
    host: fields.find(([name]) => name === 'host')?.[1] ?? '',
    fields: fields.filter(([name]) => !ofConnection.has(name)),
  };
}

/** The lines of a well-formed head. */
function readLines(text: string): { readonly startLine: string; readonly fields: Field[] } {
  const [startLine = '', ...lines] = text.slice(0, text.indexOf('\r\n\r\n')).split('\r\n');
  return { startLine, fields: lines.map((line): Field => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }) };
}

/** The values of a name, joined as one list. */
export function valueOf(fields: readonly Field[], name: string): string | undefined {
  const values = fields.filter(([it]) => it === name).map(([, value]) => value);
  return values.length === 0 ? undefined : values.join(', ');
}
