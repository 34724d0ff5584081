import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Http2Server, ServerHttp2Session } from 'node:http2';
import { createServer, type Server as NetServer, type Socket } from 'node:net';

type Serve = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that hands each connection to HTTP/1.1, or to HTTP/2 where it begins with the preface. */
export interface EitherVersion {
  readonly server: NetServer;
  /** Ends all connections of both. */
  closeConnections(): void;
}

/** Puts HTTP/2 by prior knowledge beside a server of HTTP/1.1; its module is loaded when the first client speaks it. */
export function eitherVersion(http1: Server, serve: Serve): EitherVersion {
  let http2: Http2Server | undefined;
  const sessions = new Set<ServerHttp2Session>();
  const open = new Set<Socket>();
  const second = (): Http2Server => {
    if (http2 !== undefined) return http2;
    // Node's compatibility types have all that an echo uses.
    http2 = process.getBuiltinModule('node:http2').createServer((request, response) => serve(request as unknown as IncomingMessage, response as unknown as ServerResponse));
    http2.on('session', (session) => {
      sessions.add(session);
      session.once('close', () => sessions.delete(session));
    });
    return http2;
  };
  const server = createServer((socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      (first.toString('latin1', 0, 3) === 'PRI' ? second() : http1).emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  });
  return {
    server,
    closeConnections: () => {
      for (const session of sessions) session.destroy();
      for (const socket of open) socket.destroy();
    },
  };
}
