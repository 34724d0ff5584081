import { Agent as HttpAgent, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { connect } from 'node:net';
import { connect as connectSecurely, TLSSocket } from 'node:tls';
import type { RequestSpec } from './check.ts';
import { sendGrpc, sendHttp2 } from './send-http2.ts';
import { sendHello, sendTcp, sendUdp, splitFirstWrite } from './send-bytes.ts';

/** What a client saw. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly httpVersion: string;
  /** The client's own address. */
  readonly client: string;
  readonly tls?: { readonly verified: boolean; readonly subject: string; readonly issuer: string; readonly names: readonly string[]; readonly serial: string; readonly chainEnds: boolean };
}

/** Why there was no answer; `code` is Node's or OpenSSL's. */
export interface NoAnswer {
  readonly error: string;
  readonly code: string;
}

/** Where a request goes on this machine. */
export interface Target {
  readonly address: string;
  readonly port: number;
}

/** Schemes that are not HTTP. */
const bytes: Readonly<Record<string, (spec: RequestSpec, target: Target) => Promise<Answer | NoAnswer>>> = { tcp: sendTcp, udp: sendUdp, tls: sendHello };

/** A client that keeps at most `connections` connections open. */
export class Client {
  readonly #plain: HttpAgent;
  readonly #secure: HttpsAgent;
  readonly #authority: string;

  constructor(connections: number, authority: string) {
    this.#plain = new HttpAgent({ keepAlive: true, maxSockets: connections });
    this.#secure = new HttpsAgent({ keepAlive: true, maxSockets: connections, maxCachedSessions: 0 });
    this.#authority = authority;
  }

  send(spec: RequestSpec, target: Target): Promise<Answer | NoAnswer> {
    const other = bytes[spec.scheme];
    if (other !== undefined) return other(spec, target);
    const secure = spec.tls === undefined ? undefined : { ...tlsOptions(spec, this.#authority), ALPNProtocols: ['h2'] };
    if (spec.scheme === 'grpc') return sendGrpc(spec, target, secure);
    if (spec.httpVersion === '2') {
      return sendHttp2({ headers: { ':method': spec.method ?? 'GET', ':path': requestTarget(spec), ':authority': spec.host ?? '', ...spec.headers } }, target, secure);
    }
    return new Promise((resolve) => {
      const failed = (error: NodeJS.ErrnoException) => resolve({ error: error.message, code: error.code ?? '' });
      const sent = spec.scheme === 'https'
        ? httpsRequest({ ...requestOptions(spec, target), ...this.#connection(spec, target), ...tlsOptions(spec, this.#authority) })
        : httpRequest({ ...requestOptions(spec, target), agent: this.#plain });
      sent.once('error', failed);
      sent.once('response', (response) => readAnswer(response).then(resolve, failed));
      sent.end();
    });
  }

  /** Where the ClientHello must come in pieces, a connection of its own. */
  #connection(spec: RequestSpec, target: Target): object {
    const cut = spec.tls?.splitClientHelloAt;
    if (cut === undefined) return { agent: this.#secure };
    return { createConnection: () => connectSecurely({ socket: splitFirstWrite(target, cut), ...tlsOptions(spec, this.#authority) }) };
  }

  close(): void {
    this.#plain.destroy();
    this.#secure.destroy();
  }
}

/** The request target that a URL library makes of path and query: an empty path is `/`. */
export function requestTarget(spec: RequestSpec): string {
  const query = new URLSearchParams(spec.query ?? {}).toString();
  return `${spec.path === undefined || spec.path === '' ? '/' : spec.path}${query === '' ? '' : `?${query}`}`;
}

function requestOptions(spec: RequestSpec, target: Target): RequestOptions {
  const standard = target.port === (spec.scheme === 'https' ? 443 : 80);
  const host = spec.host ?? (standard ? target.address : `${target.address}:${target.port}`);
  const defaults = { Host: host, 'User-Agent': 'postern-scenarios', Accept: '*/*' };
  const named = new Set(Object.keys(spec.headers ?? {}).map((name) => name.toLowerCase()));
  const headers = { ...Object.fromEntries(Object.entries(defaults).filter(([name]) => !named.has(name.toLowerCase()))), ...spec.headers };
  return { host: target.address, port: target.port, method: spec.method ?? 'GET', path: requestTarget(spec), headers, setHost: false };
}

function tlsOptions(spec: RequestSpec, authority: string): object {
  return {
    servername: spec.tls?.sni ?? spec.host,
    ...(spec.tls?.ca === 'system' ? {} : { ca: authority }),
    ...(spec.tls?.verify === false ? { rejectUnauthorized: false } : {}),
  };
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const { socket } = response;
  const tls = socket instanceof TLSSocket ? tlsFacts(socket) : undefined;
  const client = socket.localAddress ?? '';
  response.setEncoding('utf8');
  let body = '';
  for await (const part of response) body += part;
  return { status: response.statusCode ?? 0, headers: response.headers, body, httpVersion: response.httpVersion, client, ...(tls === undefined ? {} : { tls }) };
}

function tlsFacts(socket: TLSSocket): NonNullable<Answer['tls']> {
  const certificate = socket.getPeerCertificate(true);
  return {
    verified: socket.authorized,
    subject: String(certificate.subject?.CN ?? ''),
    issuer: String(certificate.issuer?.CN ?? ''),
    names: (certificate.subjectaltname ?? '').split(', ').map((name) => name.replace(/^DNS:/, '')),
    serial: certificate.serialNumber ?? '',
    chainEnds: socket.authorized,
  };
}

/** Opens a TCP connection; the error code where it cannot be opened, `''` where it can. */
export function tryConnect(target: Target): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(target.port, target.address);
    socket.once('connect', () => { socket.destroy(); resolve(''); });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
}
