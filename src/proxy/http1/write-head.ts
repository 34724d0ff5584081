import { randomUUID } from 'node:crypto';
import type { HeaderEdit } from '../filter/headers/compile.ts';
import { type Rewrite, rewritePath } from '../filter/rewrite/rewrite.ts';
import type { BackendTarget } from '../route/action.ts';
import { httpDate } from '../time/date.ts';
import type { ForwardedContext } from '../trace/join-trace.ts';
import type { ClientFacts } from './client-facts.ts';
import type { RequestHead } from './request-head.ts';
import type { ResponseHead } from './response-head.ts';
import { dropped, isNamed, lineEnd, offsets, scan, valueOf } from './scan-head.ts';

/** The fields that are not dropped, as few slices as possible. */
function keptFields(text: string, from: number): string {
  let kept = '';
  let at = from;
  for (let i = 0; i < scan.count; i++) {
    if (dropped[i] !== 1) continue;
    const start = offsets[i * 4] as number;
    if (start > at) kept += text.slice(at, start);
    at = lineEnd(i);
  }
  return kept + text.slice(at, scan.end - 2);
}

function dropNamed(text: string, names: readonly string[]): void {
  for (let i = 0; i < scan.count; i++) {
    for (const name of names) {
      if (isNamed(text, i, name)) dropped[i] = 1;
    }
  }
}

/** What is changed on the way to a backend or mirror. */
export type RequestChanges = Pick<BackendTarget, 'requestEdit' | 'rewrite'>;

/** The head that the backend gets. For several of one request, each must change at least what the one before it did. */
export function requestHeadText(head: RequestHead, target: RequestChanges, client: ClientFacts, context?: ForwardedContext): string { // oxlint-disable-line max-params -- what came, and all that changes.
  const { requestEdit, rewrite } = target;
  if (requestEdit !== undefined) dropNamed(head.text, requestEdit.names);
  const traceLines = context === undefined ? '' : traceLinesOf(context, head, requestEdit);
  let out = ownPart(head, rewrite, newHost(head, rewrite, client)) + forwardingLines(head, requestEdit, client) + traceLines;
  if (requestEdit !== undefined) out += requestEdit.lines;
  if (head.isChunked) out += 'transfer-encoding: chunked\r\n';
  if (head.upgrade !== '') out += `connection: upgrade\r\nupgrade: ${head.upgrade}\r\n`;
  else if (head.takesTrailers) out += 'connection: te\r\nte: trailers\r\n';
  return `${out}${client.viaLine}\r\n`;
}

/** The request line and the client's own fields, as far as they go on; in one piece where neither line nor `host` changes. */
function ownPart(head: RequestHead, rewrite: Rewrite | undefined, host: string | undefined): string {
  const { text, line } = head;
  if (host !== undefined && head.hostField >= 0) dropped[head.hostField] = 1;
  if (host === undefined && line.verbatim && line.minor === 1 && (rewrite === undefined || rewrite.paths.length === 0)) return keptFields(text, head.start);
  const out = `${line.method} ${rewritten(line.path, rewrite)}${line.query} HTTP/1.1\r\n`;
  return (host === undefined ? out : `${out}host: ${host}\r\n`) + keptFields(text, line.end);
}

/** The trace of the listener in place of the caller's; a filter that names the field goes before it. */
function traceLinesOf({ names, lines }: ForwardedContext, head: RequestHead, edit: HeaderEdit | undefined): string {
  if (edit?.names.includes('traceparent') === true) return '';
  dropNamed(head.text, names);
  return lines;
}

/** The Host to write in place of what came, or undefined where it can stay. */
function newHost(head: RequestHead, rewrite: Rewrite | undefined, client: ClientFacts): string | undefined {
  if (rewrite?.host !== undefined) return rewrite.host;
  if (head.line.authority !== '') return head.line.authority;
  return head.hostField < 0 ? client.fallbackHost : undefined;
}

function rewritten(path: string, rewrite: Rewrite | undefined): string {
  if (rewrite === undefined || path === '*') return path;
  return rewrite.paths.reduce(rewritePath, path);
}

function forwardingLines(head: RequestHead, edit: HeaderEdit | undefined, client: ClientFacts): string {
  if (edit === undefined && !client.isTrusted) {
    return `${client.forwardedLines}x-forwarded-host: ${head.host}\r\nx-request-id: ${requestIdOf(head)}\r\n`;
  }
  const names = edit?.names ?? [];
  const has = (slot: number): boolean => client.isTrusted && (head.trusted[slot] as number) !== -1;
  let lines = '';
  if (!names.includes('x-forwarded-for')) {
    const earlier = has(1) ? head.header('x-forwarded-for') : undefined;
    lines += `x-forwarded-for: ${earlier === undefined ? '' : `${earlier}, `}${client.address}\r\n`;
  }
  if (!has(2) && !names.includes('x-forwarded-proto')) lines += `x-forwarded-proto: ${client.scheme}\r\n`;
  if (!has(3) && !names.includes('x-forwarded-host')) lines += `x-forwarded-host: ${head.host}\r\n`;
  if (!has(0) && !names.includes('x-request-id')) lines += `x-request-id: ${requestIdOf(head)}\r\n`;
  return lines;
}

function requestIdOf({ requestId }: RequestHead): string {
  return requestId === '' ? randomUUID() : requestId;
}

/** How a response goes to the client. */
export interface ResponseForm {
  readonly edit: HeaderEdit | undefined;
  /** The body goes in chunks. */
  readonly isChunked: boolean;
  /** The connection ends with this response. */
  readonly closes: boolean;
  /** The Via line, or `''`. */
  readonly viaLine: string;
}

/** The head that the client gets. */
export function responseHeadText(head: ResponseHead, form: ResponseForm): string {
  const { text } = head;
  if (form.edit !== undefined) dropNamed(text, form.edit.names);
  let out = head.verbatim ? keptFields(text, head.start) : statusLine(head) + keptFields(text, head.fieldsStart);
  if (!head.hasDate && head.status >= 200) out += `date: ${httpDate()}\r\n`;
  if (form.edit !== undefined) out += form.edit.lines;
  if (form.isChunked) out += 'transfer-encoding: chunked\r\n';
  if (head.status === 101) out += `connection: upgrade\r\nupgrade: ${valueOf(text, head.upgradeField)}\r\n`;
  else if (head.status === 426 && head.upgradeField >= 0) out += upgradeRequired(head, form.closes);
  else if (form.closes) out += 'connection: close\r\n';
  return `${out}${form.viaLine}\r\n`;
}

function statusLine(head: ResponseHead): string {
  const at = head.text.indexOf('\r', head.start);
  const reason = head.text.slice(head.start + 13, at);
  return `HTTP/1.1 ${head.status} ${reason}\r\n`;
}

function upgradeRequired(head: ResponseHead, closes: boolean): string {
  return `connection: upgrade${closes ? ', close' : ''}\r\nupgrade: ${valueOf(head.text, head.upgradeField)}\r\n`;
}
