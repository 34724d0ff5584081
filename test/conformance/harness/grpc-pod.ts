import { createSecureServer, createServer, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { Server } from 'node:net';
import type { PodIdentity } from './echo-pod.ts';
import type { KeyPair } from './stream-pod.ts';

/** What a gRPC echo backend answers: the call that reached it, and the pod that it is. */
export interface GrpcEcho {
  readonly method: string;
  readonly authority: string;
  /** Each value of each header, in order. */
  readonly headers: readonly (readonly [string, string])[];
  readonly namespace: string;
  readonly pod: string;
}

/** A message in the framing of gRPC: no compression, length, bytes. What the bytes mean is the two ends' affair; here they are JSON. */
export function framed(message: unknown): Buffer {
  const bytes = Buffer.from(JSON.stringify(message));
  const head = Buffer.alloc(5);
  head.writeUInt32BE(bytes.length, 1);
  return Buffer.concat([head, bytes]);
}

/** The message in a body of gRPC. */
export function unframed(body: Buffer): unknown {
  return JSON.parse(body.toString('utf8', 5, 5 + body.readUInt32BE(1)));
}

const known = /^\/gateway_api_conformance\.echo_basic\.grpcecho\.GrpcEcho\/(?:Echo|EchoTwo|EchoThree)$/;

function pairsOf(headers: IncomingHttpHeaders): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((one): [string, string] => [name, one]));
}

/** A server that behaves as the suite's echo-basic does with GRPC_ECHO_SERVER, its messages in JSON; with a key pair over TLS. */
export function grpcPod(pod: PodIdentity, pair?: KeyPair): Server {
  const server = pair === undefined ? createServer() : createSecureServer({ cert: pair.certificate, key: pair.key });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => {
    stream.on('error', () => stream.destroy());
    stream.resume();
    stream.on('end', () => {
      const method = headers[':path'] ?? '';
      const isCall = known.test(method) && headers['content-type'] === 'application/grpc' && headers['te'] === 'trailers';
      stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': isCall ? '0' : '12' }));
      const echo: GrpcEcho = { method, authority: headers[':authority'] ?? '', headers: pairsOf(headers), namespace: pod.namespace, pod: pod.name };
      stream.end(isCall ? framed(echo) : undefined);
    });
  });
  return server;
}
