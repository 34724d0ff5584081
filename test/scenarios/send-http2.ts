import { connect, type ClientHttp2Session, type IncomingHttpHeaders, type OutgoingHttpHeaders, type SecureClientSessionOptions } from 'node:http2';
import type { RequestSpec } from './check.ts';
import type { Answer, NoAnswer, Target } from './send.ts';

/** Makes one unary call with an empty message. Its status is among the answer's headers. */
export function sendGrpc(spec: RequestSpec, target: Target, secure?: SecureClientSessionOptions): Promise<Answer | NoAnswer> {
  const headers = { ':method': 'POST', ':path': `/${spec.method ?? ''}`, ':authority': spec.host ?? '', 'content-type': 'application/grpc', 'te': 'trailers', ...spec.headers };
  return sendHttp2({ headers, body: Buffer.alloc(5) }, target, secure);
}

/** One request over HTTP/2 on a connection of its own: by ALPN where `secure` is given, else by prior knowledge. */
export async function sendHttp2(request: { readonly headers: OutgoingHttpHeaders; readonly body?: Buffer }, target: Target, secure?: SecureClientSessionOptions): Promise<Answer | NoAnswer> {
  const session = connect(`${secure === undefined ? 'http' : 'https'}://${target.address}:${target.port}`, secure);
  return exchange(session, request).finally(() => session.close());
}

function exchange(session: ClientHttp2Session, request: { readonly headers: OutgoingHttpHeaders; readonly body?: Buffer }): Promise<Answer | NoAnswer> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => resolve({ error: error.message, code: error.code ?? '' });
    session.on('error', failed);
    const stream = session.request(request.headers, { endStream: request.body === undefined });
    let headers: IncomingHttpHeaders = {};
    let body = '';
    stream.on('response', (it) => { headers = { ...headers, ...it }; });
    stream.on('trailers', (it) => { headers = { ...headers, ...it }; });
    stream.on('data', (piece: Buffer) => { body += piece.toString('latin1'); });
    stream.on('error', failed);
    stream.on('end', () => resolve({ status: Number(headers[':status']), headers, body, httpVersion: '2', client: session.socket.localAddress ?? '' }));
    if (request.body !== undefined) stream.end(request.body);
  });
}
