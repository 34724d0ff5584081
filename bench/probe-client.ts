/** One kept connection over HTTP/1.1 or HTTP/2, in clear or over TLS, for the probe. */
import { Agent, request } from 'node:http';
import { connect } from 'node:http2';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { grpcMessage } from './grpc-message.ts';
import type { RunningPeer } from './peers/peer.ts';
import type { RequestLine } from './route-table.ts';
import type { Front } from './workloads.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  /** From the trailers. */
  readonly grpcStatus?: string | undefined;
}

export interface Client {
  /** GET, or a gRPC call. */
  get(wanted: RequestLine, grpc?: boolean): Promise<Answer>;
  close(): void;
}

const limitMs = 10_000;

export function openClient(peer: RunningPeer, front: Front): Client {
  return front === 'h2' || front === 'h2c' ? http2Client(peer, front === 'h2') : http1Client(peer, front === 'https');
}

function http1Client({ address: host, port }: RunningPeer, tls: boolean): Client {
  const kept = { keepAlive: true, maxSockets: 1 };
  const agent = tls ? new TlsAgent({ ...kept, rejectUnauthorized: false }) : new Agent(kept);
  return {
    get: ({ host: name, path }) => new Promise((resolve, reject) => {
      const options = { host, port, path, headers: { host: name }, agent, timeout: limitMs, servername: name };
      const sent = (tls ? tlsRequest : request)(options, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (part: string) => { body += part; }).on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode!, body }));
      });
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${limitMs / 1000} s for ${name}${path}`)));
      sent.on('error', reject);
      sent.end();
    }),
    close: () => agent.destroy(),
  };
}

function http2Client({ address, port }: RunningPeer, tls: boolean): Client {
  const session = connect(`${tls ? 'https' : 'http'}://${address}:${port}`, { rejectUnauthorized: false, servername: 'h0.example.com' });
  let broken: Error | undefined;
  session.on('error', (error: Error) => { broken = error; });
  return {
    get: ({ host, path }, grpc = false) => new Promise((resolve, reject) => {
      if (broken !== undefined) throw broken;
      const head = { ':method': grpc ? 'POST' : 'GET', ':path': path, ':authority': host, ...(grpc ? { 'content-type': 'application/grpc', te: 'trailers' } : {}) };
      const stream = session.request(head, { endStream: false });
      let status = 0;
      let grpcStatus: string | undefined;
      let body = '';
      stream.setTimeout(limitMs, () => stream.destroy(new Error(`no answer within ${limitMs / 1000} s for ${host}${path}`)));
      stream.on('error', reject);
      stream.on('response', (headers) => { status = Number(headers[':status']); });
      stream.on('trailers', (trailers) => { grpcStatus = trailers['grpc-status'] as string | undefined; });
      stream.setEncoding('utf8').on('data', (part: string) => { body += part; });
      stream.on('end', () => resolve({ status, body, grpcStatus }));
      stream.end(grpc ? grpcMessage : undefined);
    }),
    close: () => session.destroy(),
  };
}
