/** A collector of spans for tests: OTLP over HTTP and over gRPC, on Node's own servers, with a decoder that knows nothing of the encoder. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';

export type Value = string | bigint | readonly Value[];

/** A Span message in words. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentId: string;
  readonly traceState: string;
  readonly flags: number;
  readonly name: string;
  readonly kind: number;
  readonly start: bigint;
  readonly end: bigint;
  /** 2 is an error. */
  readonly status: number;
  readonly attributes: Readonly<Record<string, Value>>;
  readonly resource: Readonly<Record<string, Value>>;
}

export interface Export {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly spans: readonly ReceivedSpan[];
}

export interface Collector {
  readonly port: number;
  readonly exports: Export[];
  readonly spans: ReceivedSpan[];
}

/** The answer to each export in turn; the last one goes on. HTTP statuses, or codes of gRPC. */
export interface Manner {
  readonly answers?: readonly number[];
  readonly headers?: Readonly<Record<string, string>>;
  /** Where it listens; any free port of 127.0.0.1 if not given. */
  readonly place?: { readonly port: number; readonly host: string };
}

/** What a collector lives as long as: a test, or anything that says when it is over. */
export interface Lifetime {
  after(end: () => void): void;
}

/** Takes OTLP over HTTP on any free port. */
export async function httpCollector(t: Lifetime, { answers = [200], headers = {}, place }: Manner = {}): Promise<Collector> {
  const collector = empty();
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const status = answers[Math.min(collector.exports.length, answers.length - 1)] as number;
      note(collector, { path: `${request.method} ${request.url}`, headers: request.headers, body, isTaken: status < 300 });
      response.writeHead(status, { 'content-type': 'application/x-protobuf', ...headers }).end();
    });
  });
  return listen(t, server, { collector, place });
}

/** Takes OTLP over gRPC, in plain text, on any free port. */
export async function grpcCollector(t: Lifetime, { answers = [0], place }: Manner = {}): Promise<Collector> {
  const collector = empty();
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    const pieces: Buffer[] = [];
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('end', () => {
      const code = answers[Math.min(collector.exports.length, answers.length - 1)] as number;
      note(collector, { path: `${headers[':method']} ${headers[':path']}`, headers, body: ungrpc(Buffer.concat(pieces)), isTaken: code === 0 });
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': String(code) }));
      // An empty ExportTraceServiceResponse.
      stream.end(Buffer.alloc(5));
    });
  });
  return listen(t, server, { collector, place });
}

function empty(): { port: number; exports: Export[]; spans: ReceivedSpan[] } {
  return { port: 0, exports: [], spans: [] };
}

async function listen(t: Lifetime, server: Server | Http2Server, { collector, place = { port: 0, host: '127.0.0.1' } }: { collector: ReturnType<typeof empty>; place: Manner['place'] }): Promise<Collector> {
  server.listen(place.port, place.host);
  await once(server, 'listening');
  t.after(() => {
    server.close();
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
  collector.port = (server.address() as AddressInfo).port;
  return collector;
}

interface Arrived {
  readonly path: string;
  readonly headers: Export['headers'];
  readonly body: Buffer;
  readonly isTaken: boolean;
}

function note(collector: Collector, { path, headers, body, isTaken }: Arrived): void {
  const spans = decodeExport(body);
  collector.exports.push({ path, headers, spans });
  if (isTaken) collector.spans.push(...spans);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

/** The message of a unary call. */
function ungrpc(body: Buffer): Buffer {
  if (body[0] !== 0 || body.readUInt32BE(1) !== body.length - 5) throw new Error('not one uncompressed message');
  return body.subarray(5);
}

/** Fields of a message by number: numbers as bigint, bytes as Buffer. */
type Fields = ReadonlyMap<number, readonly (bigint | Buffer)[]>;

function fieldsOf(bytes: Buffer): Fields {
  const fields = new Map<number, (bigint | Buffer)[]>();
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Buffer => {
    if (at + length > bytes.length) throw new Error('a field goes beyond its message');
    at += length;
    return bytes.subarray(at - length, at);
  };
  const valueOf = (type: bigint): bigint | Buffer => {
    switch (type) {
      case 0n: return varint();
      case 1n: return take(8).readBigUInt64LE();
      case 2n: return take(Number(varint()));
      case 5n: return BigInt(take(4).readUInt32LE());
      default: throw new Error(`wire type ${type}`);
    }
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    fields.set(number, [...fields.get(number) ?? [], valueOf(tag & 7n)]);
  }
  return fields;
}

const messages = (fields: Fields, number: number): Fields[] => (fields.get(number) ?? []).map((it) => fieldsOf(it as Buffer));
const bytesOf = (fields: Fields, number: number): Buffer => (fields.get(number)?.[0] ?? Buffer.alloc(0)) as Buffer;
const numberOf = (fields: Fields, number: number): bigint => (fields.get(number)?.[0] ?? 0n) as bigint;

/** An ExportTraceServiceRequest (opentelemetry-proto 1.x). */
export function decodeExport(body: Buffer): ReceivedSpan[] {
  return messages(fieldsOf(body), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(messages(resourceSpans, 1)[0] ?? new Map(), 1);
    return messages(resourceSpans, 2).flatMap((scopeSpans) => messages(scopeSpans, 2).map((span) => ({
      traceId: bytesOf(span, 1).toString('hex'), spanId: bytesOf(span, 2).toString('hex'), traceState: bytesOf(span, 3).toString(), parentId: bytesOf(span, 4).toString('hex'),
      name: bytesOf(span, 5).toString(), kind: Number(numberOf(span, 6)), start: numberOf(span, 7), end: numberOf(span, 8),
      attributes: attributesOf(span, 9), status: Number(numberOf(messages(span, 15)[0] ?? new Map(), 3)), flags: Number(numberOf(span, 16)), resource,
    })));
  });
}

function attributesOf(fields: Fields, number: number): Record<string, Value> {
  const entries = messages(fields, number).map((it): [string, Value] => [bytesOf(it, 1).toString(), anyValue(messages(it, 2)[0] ?? new Map())]);
  if (new Set(entries.map(([key]) => key)).size !== entries.length) throw new Error('an attribute comes twice');
  return Object.fromEntries(entries);
}

function anyValue(value: Fields): Value {
  if (value.has(3)) return numberOf(value, 3);
  const list = messages(value, 5)[0];
  return list === undefined ? bytesOf(value, 1).toString() : messages(list, 1).map(anyValue);
}
