import type { Answer } from '../http1/answer.ts';
import { httpDate } from '../time/date.ts';
import { grpcMessage, grpcStatusOf } from './grpc.ts';
import type { HpackEncoder } from './hpack/encoder.ts';
import { encodeLines } from './write-fields.ts';

export interface AnswerForm {
  /** The client speaks gRPC: errors are told as its status, in a response of trailers only. */
  readonly isGrpc: boolean;
  readonly toHead: boolean;
  readonly serverHeader: string | undefined;
}

const noBody = Buffer.alloc(0);

/** An answer that Postern makes itself, as header block and body. */
export function encodeAnswer(encoder: HpackEncoder, answer: Answer, form: AnswerForm): { readonly block: Buffer; readonly body: Buffer } {
  const { status, lines = '' } = answer;
  if (form.isGrpc && status >= 400) return { block: encodeGrpc(encoder, answer, form.serverHeader), body: noBody };
  const body = bodyOf(answer);
  const hasBody = status >= 200 && status !== 204 && status !== 304;
  beginAnswer(encoder, String(status), form.serverHeader);
  encodeLines(encoder, lines);
  if (hasBody) {
    if (body.length > 0 && answer.content === undefined) encoder.field('content-type', 'text/plain; charset=utf-8');
    encoder.field('content-length', String(body.length));
  }
  return { block: encoder.end(), body: form.toHead || !hasBody ? noBody : body };
}

function beginAnswer(encoder: HpackEncoder, status: string, serverHeader: string | undefined): void {
  encoder.begin();
  encoder.field(':status', status);
  encoder.field('date', httpDate());
  if (serverHeader !== undefined) encoder.field('server', serverHeader);
}

function bodyOf({ text, content }: Answer): Buffer {
  if (content !== undefined) return Buffer.from(content, 'latin1');
  return text === '' ? noBody : Buffer.from(`${text}\n`, 'utf8');
}

/** The type of a body that others have written means nothing for a response of trailers only. */
function encodeGrpc(encoder: HpackEncoder, { status, text, lines = '' }: Answer, serverHeader: string | undefined): Buffer {
  beginAnswer(encoder, '200', serverHeader);
  encodeLines(encoder, lines.replace(/^content-[^\r\n]*\r\n/gim, ''));
  encoder.field('content-type', 'application/grpc');
  encoder.field('grpc-status', String(grpcStatusOf(status)));
  encoder.field('grpc-message', grpcMessage(text));
  return encoder.end();
}
