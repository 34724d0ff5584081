import type { Respond } from '../../ir/index.ts';
import { type Cause, refusalOf } from '../errors.ts';
import { corsEdit } from '../filter/cors/cors.ts';
import { locationOf } from '../filter/redirect/location.ts';
import type { ProxyOptions } from '../options.ts';
import type { RedirectAction } from '../route/action.ts';
import type { RequestView } from '../route/request-view.ts';
import type { Resolution } from '../route/socket-table.ts';
import { httpDate } from '../time/date.ts';

// An import of node:http reads all its exports, and one of them loads a whole HTTP client: 30 ms of the start.
const { STATUS_CODES } = process.getBuiltinModule('node:http');

/** An answer that Postern makes itself. */
export interface Answer {
  readonly status: number;
  /** What people read; `''` for no body. */
  readonly text: string;
  /** Further lines, each with its CRLF. */
  readonly lines?: string;
  /** The body as bytes (latin1), with its type among `lines`; in place of `text`, which gRPC still gets. */
  readonly content?: string;
  /** Why, where it is not what was asked for: a cause of errors.ts, or of the IR. */
  readonly cause?: string;
}

/** How an answer goes out. */
export interface AnswerForm {
  readonly toHead: boolean;
  readonly closes: boolean;
  readonly serverHeader: string | undefined;
}

/** The whole answer as it goes on the wire, latin1. */
export function answerText(answer: Answer, form: AnswerForm): string {
  const body = answer.content ?? (answer.text === '' ? '' : Buffer.from(`${answer.text}\n`, 'utf8').toString('latin1'));
  let out = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\ndate: ${httpDate()}\r\n`;
  if (form.serverHeader !== undefined) out += `server: ${form.serverHeader}\r\n`;
  if (answer.lines !== undefined) out += answer.lines;
  const hasBody = answer.status >= 200 && answer.status !== 204 && answer.status !== 304;
  if (hasBody) out += `${body === '' || answer.content !== undefined ? '' : 'content-type: text/plain; charset=utf-8\r\n'}content-length: ${body.length}\r\n`;
  if (form.closes) out += 'connection: close\r\n';
  return `${out}\r\n${form.toHead || !hasBody ? '' : body}`;
}

/** The answer with its cause in a header, where that is asked for. */
export function shownAnswer(answer: Answer, { causeHeader }: Pick<ProxyOptions, 'causeHeader'>): Answer {
  if (!causeHeader || answer.cause === undefined || !/^[a-z0-9-]+$/.test(answer.cause)) return answer;
  return { ...answer, lines: `${answer.lines ?? ''}x-postern-cause: ${answer.cause}\r\n` };
}

/** What a client is told about a cause; `lines` as in an answer. */
export function refusalAnswer(cause: Cause, lines = ''): Answer {
  const { status, text } = refusalOf(cause);
  // RFC 9110 section 15.5.6: 405 names the methods that are allowed.
  return status === 405 ? { status, text, lines: 'allow: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS\r\n', cause } : { status, text, lines, cause };
}

/** The answer of a redirect; its response filters may take Location out or add to it. */
export function redirectAnswer(action: RedirectAction, { listener }: Resolution, request: RequestView): Answer {
  const { redirect, cors } = action;
  const responseEdit = cors === undefined ? action.responseEdit : corsEdit(cors, request, action.responseEdit);
  const location = locationOf(redirect, { scheme: listener.scheme, host: request.host, path: request.path, query: request.query, port: listener.port });
  const line = responseEdit?.names.includes('location') === true ? '' : `location: ${location}\r\n`;
  return { status: redirect.status, text: '', lines: line + (responseEdit?.lines ?? '') };
}

/** The answer of a fixed response; a cause that is a code (`no-backends`) is written as a sentence. */
export function respondAnswer({ status, because }: Respond): Answer {
  const words = because.replaceAll('-', ' ');
  return { status, text: because.includes(' ') ? because : `${words.charAt(0).toUpperCase()}${words.slice(1)}.`, cause: because };
}
