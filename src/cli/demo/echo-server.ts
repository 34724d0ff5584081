import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { echoAnswer } from './echo-answer.ts';
import { eitherVersion } from './either-version.ts';
import type { EchoIdentity } from './echo-identity.ts';
import { anyLocalPort, type ListenPlace } from './listen-place.ts';
import type { KeyPair } from './plan-demo.ts';

// An import of node:http reads all its exports, and one of them loads a whole HTTP client: 30 ms of the start.
const { createServer } = process.getBuiltinModule('node:http');

/** A listening echo server. */
export interface EchoServer {
  /** The port, chosen by the kernel where none was asked for. */
  readonly port: number;
  /** Changes who answers; open connections stay. */
  become(identity: EchoIdentity): void;
  close(): Promise<void>;
}

/** Starts an HTTP echo server that answers as the pod: HTTP/1.1 and HTTP/2 in plain text, HTTP/1.1 over TLS where the pod has a key pair. */
export async function startHttpEcho(identity: EchoIdentity, place: ListenPlace = anyLocalPort): Promise<EchoServer> {
  let current = identity;
  const stop = new AbortController();
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    answer(current, { request, response, signal: stop.signal }).catch((error: unknown) => response.destroy(error as Error));
  };
  const server = identity.keyPair === undefined ? createServer(serve) : process.getBuiltinModule('node:https').createServer(secure(identity.keyPair), serve);
  server.keepAliveTimeout = 0;
  const plain = identity.keyPair === undefined ? eitherVersion(server, serve) : undefined;
  const front = plain?.server ?? server;
  await new Promise<void>((resolve, reject) => {
    front.once('error', reject);
    front.listen(place.port, place.address, 511, resolve);
  });
  const address = front.address();
  if (address === null || typeof address === 'string') throw new Error('the echo server has no TCP address');
  return {
    port: address.port,
    become: (next) => {
      current = next;
      if ('setSecureContext' in server && next.keyPair !== undefined) server.setSecureContext(secure(next.keyPair));
    },
    close: () => new Promise((resolve) => {
      stop.abort();
      front.close(() => resolve());
      server.closeAllConnections();
      plain?.closeConnections();
    }),
  };
}

function secure({ chain, key }: KeyPair): { cert: string; key: string } {
  return { cert: chain, key: key.reveal() };
}

async function answer(identity: EchoIdentity, exchange: { request: IncomingMessage; response: ServerResponse; signal: AbortSignal }): Promise<void> {
  const { request, response, signal } = exchange;
  request.resume();
  const echo = echoAnswer(identity, {
    method: request.method ?? '', target: request.url ?? '', proto: `HTTP/${request.httpVersion}`, rawHeaders: request.rawHeaders.map((part) => (part === ':authority' ? 'host' : part)),
  });
  if (echo.delayMs > 0 && !await waited(echo.delayMs, signal)) return;
  const bodiless = echo.status === 204 || echo.status === 304;
  const length = Buffer.byteLength(echo.body);
  response.writeHead(echo.status, bodiless ? echo.headers : { ...echo.headers, 'content-length': length });
  response.end(bodiless || request.method === 'HEAD' ? undefined : echo.body);
}

/** False when the server closed before the time was over. */
function waited(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  return delay(milliseconds, true, { signal, ref: false }).catch((error: unknown) => {
    if (signal.aborted) return false;
    throw error;
  });
}
