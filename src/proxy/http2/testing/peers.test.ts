/** Clients and backends of node:http2, the reference that this implementation is compared with. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type ClientHttp2Session, connect, createServer, type Http2Server, type IncomingHttpHeaders, type OutgoingHttpHeaders, type ServerHttp2Session, type ServerHttp2Stream, type SessionOptions } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Ir } from '../../../ir/index.ts';
import { irOf, type Plan } from '../../testing/rig.test.ts';

export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly trailers: IncomingHttpHeaders;
  readonly interim: readonly IncomingHttpHeaders[];
  readonly body: string;
}

/** A client session for the time of the test. */
export function client(t: TestContext, port: number, options: { readonly settings?: SessionOptions['settings'] } = {}): ClientHttp2Session {
  const session = connect(`http://127.0.0.1:${port}`, { settings: options.settings ?? {} });
  session.on('error', () => undefined);
  t.after(() => session.destroy());
  return session;
}

export interface Asked {
  readonly body?: string | Buffer;
  readonly trailers?: OutgoingHttpHeaders;
}

/** One request and its whole reply; a reset rejects with the stream's error code. */
export function ask(session: ClientHttp2Session, headers: OutgoingHttpHeaders, { body, trailers }: Asked = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const stream = session.request({ ':path': '/', ...headers }, { endStream: body === undefined && trailers === undefined, waitForTrailers: trailers !== undefined });
    const interim: IncomingHttpHeaders[] = [];
    let [reply, ending]: [IncomingHttpHeaders, IncomingHttpHeaders] = [{}, {}];
    const pieces: Buffer[] = [];
    stream.on('wantTrailers', () => stream.sendTrailers(trailers ?? {}));
    stream.on('headers', (it) => interim.push(it));
    stream.on('response', (it) => { reply = it; });
    stream.on('trailers', (it) => { ending = it; });
    stream.on('data', (piece: Buffer) => pieces.push(piece));
    stream.on('error', () => undefined);
    stream.on('close', () => {
      if (stream.rstCode !== 0) reject(new Error(`reset with ${stream.rstCode}`));
      else resolve({ status: Number(reply[':status']), headers: reply, trailers: ending, interim, body: Buffer.concat(pieces).toString('latin1') });
    });
    stream.end(body);
  });
}

export interface Http2Backend {
  readonly port: number;
  readonly server: Http2Server;
  readonly sessions: ServerHttp2Session[];
}

/** A backend that hands every stream to the test. */
export async function http2Backend(t: TestContext, serve: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void, settings: SessionOptions['settings'] = {}): Promise<Http2Backend> {
  const server = createServer({ settings: settings ?? {}, maxHeaderListPairs: 1000 });
  const sessions: ServerHttp2Session[] = [];
  server.on('session', (session) => {
    sessions.push(session);
    session.on('error', () => undefined);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    serve(stream, headers);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, server, sessions };
}

/** The plan's IR with backends that speak HTTP/2. */
export function http2IrOf(plan: Plan): Ir {
  const ir = irOf(plan);
  return { ...ir, backends: Object.fromEntries(Object.entries(ir.backends).map(([key, backend]) => [key, { ...backend, protocol: 'h2c' as const }])) };
}

test('the reference speaks with itself', { timeout: 20_000 }, async (t) => {
  const backend = await http2Backend(t, (stream) => {
    stream.respond({ ':status': 200 });
    stream.end('ok');
  });
  const { status, body } = await ask(client(t, backend.port), {});
  assert.deepEqual({ status, body }, { status: 200, body: 'ok' });
});
