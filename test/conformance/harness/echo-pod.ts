import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import { createServer as createSecureServer } from 'node:https';
import { TLSSocket } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { acceptKey, echoFrames } from '../../harness/websocket.ts';
import type { KeyPair } from './stream-pod.ts';

/** What an echo backend answers as JSON: the request that reached it, and the pod that it is. */
export interface Echo {
  readonly path: string;
  readonly host: string;
  readonly method: string;
  readonly proto: string;
  readonly headers: { readonly [name: string]: readonly string[] };
  readonly namespace: string;
  readonly ingress: string;
  readonly service: string;
  readonly pod: string;
  /** Of the connection, where it is TLS. */
  readonly tls?: { readonly serverName: string; readonly peerCertificates: readonly string[] };
}

export interface PodIdentity {
  readonly namespace: string;
  readonly name: string;
  /** Paths of the requests that have reached it, with their queries. */
  readonly seen?: string[];
  readonly clientAuthorities?: string;
}

/** Requests by the `uuid` of their query: how often each has come. */
const tries = new Map<string, number>();

/** `/retry…?uuid=…&responseCode=503&succeedAfter=2`: fails twice, then succeeds; `delayRetry` slows all but the first try. */
async function simulatedFailure(url: URL): Promise<number | undefined> {
  const uuid = url.searchParams.get('uuid');
  if (!url.pathname.startsWith('/retry/') || uuid === null) return undefined;
  const count = (tries.get(uuid) ?? 0) + 1;
  tries.set(uuid, count);
  const wait = url.searchParams.get('delayRetry');
  if (wait !== null && count > 1) await delay(milliseconds(wait));
  return count <= Number(url.searchParams.get('succeedAfter')) ? Number(url.searchParams.get('responseCode')) : undefined;
}

function headersOf(request: IncomingMessage): { [name: string]: string[] } {
  const headers: { [name: string]: string[] } = {};
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = (request.rawHeaders[at] ?? '').replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
    if (name !== 'Host' && !name.startsWith(':')) (headers[name] ??= []).push(request.rawHeaders[at + 1] ?? '');
  }
  return headers;
}

/** `500ms`, `1s` or `1m` in milliseconds. */
function milliseconds(duration: string): number {
  const found = /^([0-9.]+)(ms|s|m)$/.exec(duration);
  if (found === null) throw new Error(`not a duration: ${duration}`);
  return Number(found[1]) * { ms: 1, s: 1000, m: 60_000 }[found[2] as 'ms' | 's' | 'm'];
}

/** `X-Echo-Set-Header: name:value,name:value` asks for response headers. */
function setRequestedHeaders(request: IncomingMessage, response: ServerResponse): void {
  for (const part of String(request.headers['x-echo-set-header'] ?? '').split(',')) {
    const [name = '', ...value] = part.split(':');
    if (name.trim() !== '') response.appendHeader(name.trim(), value.join(':').trim());
  }
}

/** PEM of what the client has shown. */
function peerOf(socket: TLSSocket): string[] {
  const shown = socket.getPeerX509Certificate();
  return shown === undefined ? [] : [shown.toString()];
}

async function answer(pod: PodIdentity, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://echo');
  pod.seen?.push(request.url ?? '');
  const wait = url.searchParams.get('delay');
  if (wait !== null) await delay(milliseconds(wait));
  const failure = await simulatedFailure(url);
  if (failure !== undefined) {
    response.writeHead(failure).end();
    return;
  }
  const echo: Echo = {
    path: request.url ?? '', host: request.headers.host ?? String(request.headers[':authority'] ?? ''), method: request.method ?? '', proto: `HTTP/${request.httpVersion}`,
    headers: headersOf(request), namespace: pod.namespace, ingress: '', service: '', pod: pod.name,
    ...(request.socket instanceof TLSSocket ? { tls: { serverName: String(request.socket.servername), peerCertificates: peerOf(request.socket) } } : {}),
  };
  setRequestedHeaders(request, response);
  response.setHeader('Content-Type', 'application/json');
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.end(JSON.stringify(echo));
}

function clientCheck({ clientAuthorities }: PodIdentity): { ca: string; requestCert: true } | {} {
  return clientAuthorities === undefined ? {} : { ca: clientAuthorities, requestCert: true };
}

/** A server that behaves as the suite's echo-basic does: JSON of the request, asked-for headers, delays, WebSockets at /ws; with a key pair over TLS. */
export function echoPod(pod: PodIdentity, pair?: KeyPair): Server {
  const serve = (request: IncomingMessage, response: ServerResponse): void => {
    request.resume();
    answer(pod, request, response).catch((error: unknown) => response.destroy(error as Error));
  };
  const server = pair === undefined ? createServer(serve) : createSecureServer({ cert: pair.certificate, key: pair.key, ...clientCheck(pod) }, serve);
  server.on('upgrade', (request, socket, head) => {
    socket.on('error', () => socket.destroy());
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n'
      + `Sec-WebSocket-Accept: ${acceptKey(request.headers['sec-websocket-key'] ?? '')}\r\n\r\n`);
    echoFrames(socket, head);
  });
  return server;
}

/** The same over HTTP/2 by prior knowledge. */
export function http2EchoPod(pod: PodIdentity): Http2Server {
  return createHttp2Server((request, response) => {
    request.resume();
    // Node's compatibility types have all that is used here.
    answer(pod, request as unknown as IncomingMessage, response as unknown as ServerResponse).catch(() => response.stream.destroy());
  });
}
