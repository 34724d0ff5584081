/** The messages of authorization, against a reader and writer of protobuf that is not ours; also the schema for the test of the calls. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { create, createFileRegistry, type DescMessage, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FieldDescriptorProto_Label as Label, FieldDescriptorProto_Type as Type, type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import fc from 'fast-check';
import { decodeCheckResponse, encodeCheckRequest } from './check-messages.ts';
import type { CheckedRequest } from './checked-request.ts';

/** `name: number type`; a type in upper case is a message, `[]` repeats it, `oneof` puts all fields that end with `?` in one. */
const schema: Readonly<Record<string, string>> = {
  CheckRequest: 'attributes=1 AttributeContext',
  AttributeContext: 'source=1 Peer, request=4 Request',
  Peer: 'address=1 Address',
  Address: 'socket_address=1 SocketAddress',
  SocketAddress: 'address=2 string',
  Request: 'time=1 Timestamp, http=2 HttpRequest',
  Timestamp: 'seconds=1 int64, nanos=2 int32',
  HttpRequest: 'id=1 string, method=2 string, headers=3 Entry[], path=4 string, host=5 string, scheme=6 string, query=7 string, size=9 int64, protocol=10 string, body=11 string, raw_body=12 bytes',
  Entry: 'key=1 string, value=2 string',
  CheckResponse: 'status=1 Status, denied_response=2 DeniedHttpResponse, ok_response=3 OkHttpResponse, error_response=5 DeniedHttpResponse',
  Status: 'code=1 int32, message=2 string',
  DeniedHttpResponse: 'status=1 HttpStatus, headers=2 HeaderValueOption[], body=3 string',
  HttpStatus: 'code=1 int32',
  OkHttpResponse: 'headers=2 HeaderValueOption[], headers_to_remove=5 string[], response_headers_to_add=6 HeaderValueOption[], query_parameters_to_remove=8 string[]',
  HeaderValueOption: 'header=1 HeaderValue, append=2 BoolValue, append_action=3 int32',
  HeaderValue: 'key=1 string, value=2 string, raw_value=3 bytes',
  BoolValue: 'value=1 bool',
};

const scalars: Readonly<Record<string, Type>> = { string: Type.STRING, bytes: Type.BYTES, int32: Type.INT32, int64: Type.INT64, bool: Type.BOOL };

function fileOf(): FileDescriptorProto {
  return create(FileDescriptorProtoSchema, {
    name: 'check.proto', package: 'check', syntax: 'proto3',
    messageType: Object.entries(schema).map(([name, fields]) => ({
      name,
      field: fields.split(', ').map((it) => {
        const [, field = '', number = '', type = '', repeats] = /^(\w+)=(\d+) (\w+)(\[\])?$/.exec(it) ?? [];
        return {
          name: field, jsonName: field, number: Number(number), label: repeats === undefined ? Label.OPTIONAL : Label.REPEATED,
          ...(scalars[type] === undefined ? { type: Type.MESSAGE, typeName: `.check.${type}` } : { type: scalars[type] }),
        };
      }),
    })),
  });
}

const registry = createFileRegistry(fileOf(), () => undefined);

function message(name: string): DescMessage {
  const found = registry.getMessage(`check.${name}`);
  assert.ok(found !== undefined, name);
  return found;
}

/** A message as plain data, read by the other library. */
export function readMessage(name: string, bytes: Uint8Array): Record<string, unknown> {
  return JSON.parse(JSON.stringify(fromBinary(message(name), bytes), (key, value: unknown) => (key === '$typeName' ? undefined : typeof value === 'bigint' ? Number(value) : value))) as Record<string, unknown>;
}

/** A message from plain data, written by the other library. */
export function writeMessage(name: string, init: object): Buffer {
  return Buffer.from(toBinary(message(name), create(message(name), init as never)));
}

const request = (changes: Partial<CheckedRequest> = {}): CheckedRequest => ({
  method: 'POST', target: '/a?b=1', host: 'a.test', fields: [['x-request-id', 'id'], ['x-a', '1']], size: 2, address: '192.0.2.1', scheme: 'https', version: 'HTTP/2', body: Buffer.alloc(0), ...changes,
});

test('a request is written so that others read it', () => {
  const fields = request().fields;
  const bytes = encodeCheckRequest(request({ body: Buffer.from('ab') }), [...fields, ['x-a', '2'], ['cookie', 'a=1'], ['cookie', 'b=2'], ['x-empty', '']], 1_700_000_000_250);
  assert.deepEqual(readMessage('CheckRequest', bytes), {
    attributes: {
      source: { address: { socketAddress: { address: '192.0.2.1' } } },
      request: {
        time: { seconds: 1_700_000_000, nanos: 250_000_000 },
        http: {
          id: 'id', method: 'POST', path: '/a?b=1', host: 'a.test', scheme: 'https', query: '', size: 2, protocol: 'HTTP/2', body: 'ab', rawBody: {},
          headers: [{ key: 'x-request-id', value: 'id' }, { key: 'x-a', value: '1,2' }, { key: 'cookie', value: 'a=1; b=2' }, { key: 'x-empty', value: '' }],
        },
      },
    },
  });
});

test('a body or value that is no text does not spoil the message', () => {
  const bytes = encodeCheckRequest(request({ body: Buffer.from([255, 0, 1]) }), [['x-a', '\xff'], ['x-b', 'caf\xc3\xa9']], 0);
  const { http } = (readMessage('CheckRequest', bytes) as { attributes: { request: { http: Record<string, unknown> } } }).attributes.request;
  assert.deepEqual([http['body'], http['rawBody'], http['headers']], ['', { type: 'Buffer', data: [255, 0, 1] }, [{ key: 'x-a', value: '\ufffd' }, { key: 'x-b', value: 'café' }]]);
});

test('answers of others are read', () => {
  const header = { key: 'X-A', value: '1' };
  assert.deepEqual(decodeCheckResponse(writeMessage('CheckResponse', { status: {}, okResponse: {
    headers: [{ header }, { header, append: { value: true } }, { header, append: { value: false } }, { header, appendAction: 1 }, { header, appendAction: 2 }, { header, appendAction: 3 }],
    headersToRemove: ['X-B'], responseHeadersToAdd: [{ header: { key: 'x-c', rawValue: Buffer.from('raw') } }],
  } })), {
    code: 0, isUnusable: false,
    ok: {
      headers: ['overwrite', 'add', 'overwrite', 'add-if-absent', 'overwrite', 'overwrite-if-present'].map((action) => ({ name: 'x-a', value: '1', action })),
      remove: ['x-b'], responseHeaders: [{ name: 'x-c', value: 'raw', action: 'overwrite' }],
    },
  });
  assert.deepEqual(decodeCheckResponse(writeMessage('CheckResponse', { status: { code: 7 }, deniedResponse: { status: { code: 401 }, headers: [{ header }], body: 'nö' } })), {
    code: 7, isUnusable: false, denied: { status: 401, headers: [{ name: 'x-a', value: '1', action: 'overwrite' }], body: Buffer.from('nö').toString('latin1') },
  });
  assert.deepEqual(decodeCheckResponse(Buffer.alloc(0)), { code: 0, isUnusable: false });
  assert.equal(decodeCheckResponse(writeMessage('CheckResponse', { errorResponse: {} }))?.isUnusable, true);
  assert.equal(decodeCheckResponse(writeMessage('CheckResponse', { okResponse: { queryParametersToRemove: ['a'] } }))?.isUnusable, true);
});

test('no bytes make the reader throw, and what it reads of a cut message is nothing or a part', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
    decodeCheckResponse(Buffer.from(bytes));
  }), { numRuns: 3000 });
});
