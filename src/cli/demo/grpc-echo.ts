import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { grpcFrame, ProtobufWriter } from '../../wire/index.ts';
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
    stream.end(isKnown ? grpcFrame(echoResponse(identity, headers)) : undefined);
  });
}

/** `EchoResponse` of the suite's grpcecho.proto, in protobuf: assertions of the method, the headers, the authority and the pod. */
function echoResponse(identity: EchoIdentity, headers: IncomingHttpHeaders): Buffer {
  const writer = new ProtobufWriter();
  const text = (field: number, value: string): void => { if (value !== '') writer.text(field, value); };
  writer.message(1, () => {
    text(1, headers[':path'] ?? '');
    for (const [name, value] of Object.entries(headers)) {
      if (name.startsWith(':')) continue;
      for (const one of [value ?? []].flat()) writer.message(2, () => { text(1, name); text(2, one); });
    }
    text(3, headers[':authority'] ?? '');
    writer.message(4, () => { text(1, identity.namespace); text(4, identity.pod); });
  });
  return writer.take();
}
