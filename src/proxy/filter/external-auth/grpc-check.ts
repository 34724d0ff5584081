import type { HeaderValue } from '../../../ir/index.ts';
import { grpcFrame } from '../../../wire/index.ts';
import type { Authorizer } from './authorizer.ts';
import type { CheckAnswer } from './check.ts';
import { type CheckResponse, decodeCheckResponse, encodeCheckRequest, type HeaderOption } from './check-messages.ts';
import { type CheckResult, deniedAnswer, requestFilter, responseFilter, unusable } from './check-result.ts';
import { type CheckedRequest, type Field, valueOf } from './checked-request.ts';

/** The call that asks an authorizer over gRPC, as a head of HTTP/1.1 with the one message of the call behind it. */
export function grpcCheckText({ filter }: Authorizer, request: CheckedRequest, now: number): string {
  const frame = grpcFrame(encodeCheckRequest(request, sentHeaders(filter.requestHeaders, request), now));
  const head = `POST /envoy.service.auth.v3.Authorization/Check HTTP/1.1\r\nhost: ${filter.host}\r\ncontent-type: application/grpc\r\nte: trailers\r\n\r\n`;
  return `${head}${frame.toString('latin1')}`;
}

/** Without a list all headers, the pseudo-headers among them, as servers of this protocol expect (spec: GRPCAuthConfig.allowedHeaders). */
function sentHeaders(wanted: readonly string[] | 'all', { method, target, host, scheme, fields }: CheckedRequest): Field[] {
  const pseudo: Field[] = [[':authority', host], [':method', method], [':path', target], [':scheme', scheme]];
  return [...pseudo, ...fields].filter(([name]) => wanted === 'all' || wanted.includes(name));
}

export function grpcResult({ status, fields, trailers, body }: CheckAnswer, request: CheckedRequest): CheckResult {
  const code = valueOf(trailers, 'grpc-status') ?? valueOf(fields, 'grpc-status');
  const message = status === 200 && code === '0' ? messageOf(body) : undefined;
  const response = message === undefined ? undefined : decodeCheckResponse(message);
  if (response === undefined || response.isUnusable) return unusable;
  // Whoever says both yes and no is not understood.
  if (response.code === 0 && response.denied !== undefined) return unusable;
  return response.code === 0 ? allowed(response, request) : denied(response);
}

/** The one message of a call that is not compressed; undefined for anything else. */
function messageOf(body: Buffer): Buffer | undefined {
  return body.length >= 5 && body[0] === 0 && body.readUInt32BE(1) === body.length - 5 ? body.subarray(5) : undefined;
}

/** A removal counts after what is set. */
function allowed({ ok }: CheckResponse, request: CheckedRequest): CheckResult {
  if (ok === undefined) return { kind: 'allowed', filters: [] };
  const { set, add } = changesOf(ok.headers, (name) => request.fields.some(([it]) => it === name));
  const stays = ({ name }: HeaderValue): boolean => !ok.remove.includes(name);
  const response = changesOf(ok.responseHeaders, () => false);
  return {
    kind: 'allowed',
    filters: [
      requestFilter({ remove: ok.remove, set: set.filter(stays), add: add.filter(stays) }, request),
      ...(ok.responseHeaders.length === 0 ? [] : [responseFilter(response)]),
    ],
  };
}

function changesOf(headers: readonly HeaderOption[], isThere: (name: string) => boolean): { readonly set: HeaderValue[]; readonly add: HeaderValue[] } {
  const set: HeaderValue[] = [];
  const add: HeaderValue[] = [];
  for (const { name, value, action } of headers) {
    if (action === 'add') add.push({ name, value });
    else if (action === 'overwrite' || isThere(name) === (action === 'overwrite-if-present')) set.push({ name, value });
  }
  return { set, add };
}

/** Without a status of its own a refusal is 403. */
function denied({ denied: answer }: CheckResponse): CheckResult {
  const status = answer?.status ?? 0;
  const fields = (answer?.headers ?? []).map(({ name, value }): Field => [name, Buffer.from(value, 'utf8').toString('latin1')]);
  return { kind: 'denied', answer: deniedAnswer(status >= 200 && status <= 599 ? status : 403, fields, answer?.body ?? '') };
}
