import { connect, type ClientHttp2Session, type IncomingHttpHeaders, type OutgoingHttpHeaders, type SecureClientSessionOptions } from 'node:http2';
import type { Door } from './traffic.ts';

/** A reply over HTTP/2; headers and trailers by lower-case name. */
export interface Http2Reply {
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** One request over a connection of its own: by prior knowledge, or by ALPN where `secure` tells how to trust the listener. */
export async function exchangeHttp2(door: Door, headers: OutgoingHttpHeaders, { body, secure }: { readonly body?: Buffer; readonly secure?: SecureClientSessionOptions } = {}): Promise<Http2Reply> {
  const session = connect(`${secure === undefined ? 'http' : 'https'}://${door.address}:${door.port}`, secure);
  try {
    return await exchangeOn(session, headers, body);
  } finally {
    session.close();
  }
}

function exchangeOn(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body: Buffer | undefined): Promise<Http2Reply> {
  return new Promise((resolve, reject) => {
    session.on('error', reject);
    const stream = session.request(headers, { endStream: body === undefined });
    const pieces: Buffer[] = [];
    let [reply, trailers]: [IncomingHttpHeaders, IncomingHttpHeaders] = [{}, {}];
    stream.on('response', (it) => { reply = it; });
    stream.on('trailers', (it) => { trailers = it; });
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('error', reject);
    stream.on('end', () => resolve({ headers: reply, trailers, body: Buffer.concat(pieces) }));
    if (body !== undefined) stream.end(body);
  });
}
