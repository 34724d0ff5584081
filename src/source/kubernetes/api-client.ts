import type { Agent as PlainAgent, ClientRequest, IncomingMessage } from 'node:http';
import type { Agent } from 'node:https';
import type { ClusterAccess } from './cluster-access.ts';

/** Importing them would load a client of the web as well, which takes 13 MB; `serve` on files needs none of it. */
const http = (): typeof import('node:http') => process.getBuiltinModule('node:http');
const https = (): typeof import('node:https') => process.getBuiltinModule('node:https');

/** The API server's answer to a request that it refused. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status. */
  readonly status: number;
  /** `reason` of its Status object, such as `Conflict`; `''` where it has none. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

export interface ApiRequest {
  readonly method: 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Of a PATCH; `application/json` otherwise. */
  readonly contentType?: string;
  /** `application/json` if not given. */
  readonly accept?: string;
  readonly signal?: AbortSignal;
  /** Of an answer that goes on: so long without a byte, and it fails. Milliseconds; that of an answer if not given. */
  readonly silenceMs?: number;
}

/** No answer in this time means that the server, or the way to it, is gone. */
const answerMs = 30_000;

/** Speaks to one API server over kept connections. */
export class ApiClient {
  readonly #access: ClusterAccess;
  readonly #agent: Agent | PlainAgent;
  /** Taken apart once: a URL works each part out anew. */
  readonly #server: Readonly<Pick<URL, 'origin' | 'host' | 'protocol' | 'hostname' | 'port' | 'pathname'>>;

  constructor(access: ClusterAccess) {
    this.#access = access;
    const { origin, host, protocol, hostname, port, pathname } = access.server;
    this.#server = { origin, host, protocol, hostname: hostname.replace(/^\[|\]$/g, ''), port, pathname: pathname.replace(/\/$/, '') };
    const { ca, certificate, serverName, skipVerification } = access;
    this.#agent = access.server.protocol === 'http:' ? new (http().Agent)({ keepAlive: true }) : new (https().Agent)({
      keepAlive: true,
      ...(ca === undefined ? {} : { ca }),
      ...(certificate === undefined ? {} : { cert: certificate.chain, key: certificate.key }),
      ...(serverName === undefined ? {} : { servername: serverName }),
      rejectUnauthorized: skipVerification !== true,
    });
    // All connections are alike; their usual name is made of the certificates, anew for each request. Sessions of TLS are kept under it.
    this.#agent.getName = () => 'api';
  }

  /** The decoded answer. Throws ApiError where the server refuses, Error where it can't be reached. */
  async call<T>(options: ApiRequest): Promise<T> {
    const response = await this.open(options);
    return JSON.parse(await textOf(response)) as T;
  }

  /** As `call`, where nobody reads the answer. */
  async send(options: ApiRequest): Promise<void> {
    const response = await this.open(options);
    await new Promise<void>((resolve, reject) => void response.on('end', resolve).on('error', reject).resume());
  }

  /** The answer while it comes, once its head says that it is one. Throws as `call` does. */
  async open(options: ApiRequest): Promise<IncomingMessage> {
    const token = await this.#access.token();
    const response = await this.#send(options, token);
    if (options.silenceMs !== undefined) response.setTimeout(options.silenceMs);
    const status = response.statusCode ?? 0;
    if (status >= 200 && status < 300) return response;
    throw errorOf(status, await textOf(response));
  }

  close(): void {
    this.#agent.destroy();
  }

  #send({ method, path, query, body, contentType, accept, signal, silenceMs = answerMs }: ApiRequest, token: string | undefined): Promise<IncomingMessage> {
    const { origin, host, protocol, hostname, port, pathname } = this.#server;
    const search = query === undefined ? '' : `?${new URLSearchParams(query).toString()}`;
    const text = body === undefined ? undefined : JSON.stringify(body);
    // As a list they are written as they are, where those of an object are copied into a table first.
    const headers = [
      'host', host, 'accept', accept ?? 'application/json', 'user-agent', 'postern',
      ...(token === undefined ? [] : ['authorization', `Bearer ${token}`]),
      ...(text === undefined ? [] : ['content-type', contentType ?? 'application/json']),
      ...(method === 'GET' ? [] : ['content-length', String(Buffer.byteLength(text ?? ''))]),
    ];
    const settings = { hostname, port, path: `${pathname}${path}${search}`, method, headers, agent: this.#agent, ...(signal === undefined ? {} : { signal }) };
    return new Promise((resolve, reject) => {
      const sent: ClientRequest = protocol === 'http:' ? http().request(settings, resolve) : https().request(settings, resolve);
      sent.setTimeout(Math.min(answerMs, silenceMs), () => sent.destroy(new Error(`nothing from ${origin} for too long`)));
      sent.on('error', reject);
      sent.end(text);
    });
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts).toString('utf8');
}

function errorOf(status: number, text: string): ApiError {
  try {
    const { reason, message } = JSON.parse(text) as { reason?: string; message?: string };
    return new ApiError(status, reason ?? '', message ?? text);
  } catch {
    return new ApiError(status, '', text.slice(0, 200));
  }
}
