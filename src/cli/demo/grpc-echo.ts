import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import type { EchoIdentity } from './echo-identity.ts';
import type { EchoServer } from './echo-server.ts';
import { anyLocalPort, type ListenPlace } from './listen-place.ts';

/**
 * Starts a gRPC echo server (HTTP/2 by prior knowledge). It answers every call of a method whose name begins with
 * Echo as the service `GrpcEcho` of the conformance suite does; other methods are UNIMPLEMENTED.
 */
export async function startGrpcEcho(identity: EchoIdentity, place: ListenPlace = anyLocalPort): Promise<EchoServer> {
  let current = identity;
  const server = process.getBuiltinModule('node:http2').createServer();
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  server.on('stream', (stream, headers) => answer(current, stream, headers));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(place.port, place.address, 511, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the echo server has no TCP address');
  return {
    port: address.port,
    become: (next) => { current = next; },
    close: () => new Promise((resolve) => {
      server.close(() => resolve());
      for (const session of sessions) session.destroy();
    }),
  };
}

function answer(identity: EchoIdentity, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): void {
  stream.on('error', () => stream.destroy());
  stream.resume();
  stream.on('end', () => {
    const isKnown = /\/Echo\w*$/.test(headers[':path'] ?? '');
    stream.respond({
      ':status': 200, 'content-type': 'application/grpc', 'x-echo-app': identity.app, 'x-echo-version': identity.version, 'x-echo-pod': identity.pod,
      'x-echo-namespace': identity.namespace,
    }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isKnown ? '0' : '12' }));
    stream.end(isKnown ? framed(echoResponse(identity, headers)) : undefined);
  });
}

/** A message in the framing of gRPC: not compressed, its length, its bytes. */
function framed(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** `EchoResponse` of the suite's grpcecho.proto, in protobuf: assertions of the method, the headers, the authority and the pod. */
function echoResponse(identity: EchoIdentity, headers: IncomingHttpHeaders): Buffer {
  const metadata = Object.entries(headers).filter(([name]) => !name.startsWith(':'))
    .flatMap(([name, value]) => [value ?? []].flat().map((one) => field(2, Buffer.concat([text(1, name), text(2, one)]))));
  const context = Buffer.concat([text(1, identity.namespace), text(4, identity.pod)]);
  return field(1, Buffer.concat([text(1, headers[':path'] ?? ''), ...metadata, text(3, headers[':authority'] ?? ''), field(4, context)]));
}

function text(number: number, value: string): Buffer {
  return value === '' ? Buffer.alloc(0) : field(number, Buffer.from(value));
}

/** A field of bytes: its number and kind, its length, its bytes. */
function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.of((number << 3) | 2, ...varint(bytes.length)), bytes]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value & 127) | 128, ...varint(value >>> 7)];
}
