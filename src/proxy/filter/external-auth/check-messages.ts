import { isUtf8 } from 'node:buffer';
import { bytesOf, type ProtobufField, ProtobufWriter, readFields, textOf, textsOf } from '../../../wire/index.ts';
import { utf8Of } from '../../utf8.ts';
import type { CheckedRequest, Field } from './checked-request.ts';

/**
 * CheckRequest of envoy.service.auth.v3 (external_auth.proto, attribute_context.proto): attributes 1; in them source 1 and request 4;
 * in that time 1 and http 2, whose fields are id 1, method 2, headers 3, path 4, host 5, scheme 6, size 9, protocol 10, body 11, raw_body 12.
 */
export function encodeCheckRequest(request: CheckedRequest, headers: readonly Field[], now: number): Buffer {
  const { method, target, host, address, scheme, size, version, body } = request;
  const id = request.fields.find(([name]) => name === 'x-request-id')?.[1] ?? '';
  const entries = joined(headers).map(([name, value]): PartOfMessage => [3, encode([[1, name], [2, utf8Of(value)]])]);
  const http = encode([
    [1, id], [2, method], ...entries, [4, target], [5, host], [6, scheme], [9, Math.max(size, body.length)], [10, version],
    // What is no text goes as bytes, since a reader of protobuf would refuse the whole message.
    ...(body.length === 0 ? [] : [[isUtf8(body) ? 11 : 12, body] as const]),
  ]);
  const time = encode([[1, Math.floor(now / 1000)], [2, (now % 1000) * 1_000_000]]);
  const source = encode([[1, encode([[1, encode([[2, address]])]])]]);
  return encode([[1, encode([[1, source], [4, encode([[1, time], [2, http]])]])]]);
}

/** A field and its value: text, a whole number, or bytes that may be a message. */
type PartOfMessage = readonly [field: number, value: string | number | Buffer];

const writer = new ProtobufWriter();

/** A message; values that are the default of their type are left out. */
function encode(parts: readonly PartOfMessage[]): Buffer {
  for (const [field, value] of parts) {
    if (typeof value === 'object') writer.bytes(field, value);
    else if (typeof value === 'string' && value !== '') writer.text(field, value);
    else if (typeof value === 'number' && value !== 0) writer.varint(field, value);
  }
  return writer.take();
}

/** One entry for each name; of a map every key has one value. */
function joined(headers: readonly Field[]): Field[] {
  const values = new Map<string, string>();
  for (const [name, value] of headers) values.set(name, values.has(name) ? `${values.get(name)}${name === 'cookie' ? '; ' : ','}${value}` : value);
  return [...values];
}

/** A header in an answer, with what is done where the message has one of that name. */
export interface HeaderOption {
  readonly name: string;
  readonly value: string;
  readonly action: 'add' | 'add-if-absent' | 'overwrite' | 'overwrite-if-present';
}

/** CheckResponse of envoy.service.auth.v3. */
export interface CheckResponse {
  /** google.rpc.Code; 0 lets the request go on. */
  readonly code: number;
  readonly denied?: { readonly status: number; readonly headers: readonly HeaderOption[]; readonly body: string };
  readonly ok?: { readonly headers: readonly HeaderOption[]; readonly remove: readonly string[]; readonly responseHeaders: readonly HeaderOption[] };
  /** It asks for something that Postern can't do, or says that it failed itself. */
  readonly isUnusable: boolean;
}

/**
 * status 1, denied_response 2, ok_response 3, dynamic_metadata 4 (nothing here reads it), error_response 5. Undefined where malformed.
 */
export function decodeCheckResponse(message: Buffer): CheckResponse | undefined {
  const fields = readFields(message);
  const status = fields === undefined ? undefined : readFields(bytesOf(fields, 1));
  if (fields === undefined || status === undefined) return undefined;
  const code = numberOf(status, 1);
  const which = fields.findLast(({ field }) => field === 2 || field === 3 || field === 5);
  if (which?.field === 2) return readDenied(code, which.bytes);
  if (which?.field === 3) return readOk(code, which.bytes);
  return { code, isUnusable: which !== undefined };
}

/** DeniedHttpResponse: status 1 (HttpStatus: code 1), headers 2, body 3. */
function readDenied(code: number, message: Buffer): CheckResponse | undefined {
  const fields = readFields(message);
  const status = fields === undefined ? undefined : readFields(bytesOf(fields, 1));
  const headers = fields === undefined ? undefined : readHeaders(fields, 2);
  if (fields === undefined || status === undefined || headers === undefined) return undefined;
  return { code, denied: { status: numberOf(status, 1), headers, body: bytesOf(fields, 3).toString('latin1') }, isUnusable: false };
}

/** OkHttpResponse: headers 2, headers_to_remove 5, response_headers_to_add 6, query_parameters_to_set 7, query_parameters_to_remove 8. */
function readOk(code: number, message: Buffer): CheckResponse | undefined {
  const fields = readFields(message);
  const headers = fields === undefined ? undefined : readHeaders(fields, 2);
  const responseHeaders = fields === undefined ? undefined : readHeaders(fields, 6);
  if (fields === undefined || headers === undefined || responseHeaders === undefined) return undefined;
  const remove = textsOf(fields, 5).map((it) => it.toLowerCase());
  return { code, ok: { headers, remove, responseHeaders }, isUnusable: fields.some(({ field }) => field === 7 || field === 8) };
}

/** HeaderValueOption: header 1 (HeaderValue: key 1, value 2, raw_value 3), append 2 (BoolValue: value 1), append_action 3. */
function readHeaders(fields: readonly ProtobufField[], number: number): HeaderOption[] | undefined {
  const options: HeaderOption[] = [];
  for (const { bytes } of fields.filter(({ field }) => field === number)) {
    const option = readFields(bytes);
    const header = option === undefined ? undefined : readFields(bytesOf(option, 1));
    const append = option === undefined ? undefined : readFields(bytesOf(option, 2));
    if (option === undefined || header === undefined || append === undefined) return undefined;
    const raw = bytesOf(header, 3);
    options.push({
      name: textOf(header, 1).toLowerCase(), value: (raw.length > 0 ? raw : bytesOf(header, 2)).toString('utf8'),
      action: numberOf(append, 1) === 1 ? 'add' : actions[numberOf(option, 3)] ?? 'overwrite',
    });
  }
  return options;
}

/** An action that is not there can't be told from the first one; the messages of authorization say that overwriting is meant. */
const actions: readonly HeaderOption['action'][] = ['overwrite', 'add-if-absent', 'overwrite', 'overwrite-if-present'];

function numberOf(fields: readonly ProtobufField[], number: number): number {
  return fields.findLast(({ field }) => field === number)?.number ?? 0;
}
