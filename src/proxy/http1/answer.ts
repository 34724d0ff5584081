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
}

/** How an answer goes out. */
export interface AnswerForm {
  readonly toHead: boolean;
  readonly closes: boolean;
  readonly serverHeader: string | undefined;
}

/** The whole answer as it goes on the wire, latin1. */
export function answerText(answer: Answer, form: AnswerForm): string {
  const body = answer.text === '' ? '' : Buffer.from(`${answer.text}\n`, 'utf8').toString('latin1');
  let out = `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}\r\ndate: ${httpDate()}\r\n`;
  if (form.serverHeader !== undefined) out += `server: ${form.serverHeader}\r\n`;
  if (answer.lines !== undefined) out += answer.lines;
  const hasBody = answer.status >= 200 && answer.status !== 204 && answer.status !== 304;
  if (hasBody) out += `${body === '' ? '' : 'content-type: text/plain; charset=utf-8\r\n'}content-length: ${body.length}\r\n`;
  if (form.closes) out += 'connection: close\r\n';
  return `${out}\r\n${form.toHead || !hasBody ? '' : body}`;
}
