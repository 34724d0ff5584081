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

/** An answer that Postern makes itself, as header block and body. */
export function encodeAnswer(encoder: HpackEncoder, answer: Answer, form: AnswerForm): { readonly block: Buffer; readonly body: Buffer } {
  const { status, text, content, lines = '' } = answer;
  const asGrpc = form.isGrpc && status >= 400;
  const own = text === '' ? '' : `${text}\n`;
  const body = asGrpc ? Buffer.alloc(0) : content === undefined ? Buffer.from(own, 'utf8') : Buffer.from(content, 'latin1');
  encoder.begin();
  encoder.field(':status', asGrpc ? '200' : String(status));
  encoder.field('date', httpDate());
  if (form.serverHeader !== undefined) encoder.field('server', form.serverHeader);
  encodeLines(encoder, lines);
  if (asGrpc) {
    encoder.field('content-type', 'application/grpc');
    encoder.field('grpc-status', String(grpcStatusOf(status)));
    encoder.field('grpc-message', grpcMessage(text));
  } else if (status >= 200 && status !== 204 && status !== 304) {
    if (body.length > 0 && content === undefined) encoder.field('content-type', 'text/plain; charset=utf-8');
    encoder.field('content-length', String(body.length));
  }
  return { block: encoder.end(), body: form.toHead || status === 204 || status === 304 ? Buffer.alloc(0) : body };
}
