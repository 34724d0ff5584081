import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { Ir } from '../../src/ir/index.ts';
import { createProxy, type Proxy, type ProxySettings } from '../../src/proxy/index.ts';
import { readRequests, type ReadRequest } from './strict-reader.ts';

const origin = { group: '', kind: 'HTTPRoute', namespace: 'default', name: 'codec' };

/** Everything on one listener goes to one backend. */
export function irFor(backendPort: number, change?: (ir: Ir) => Ir): Ir {
  const ir: Ir = {
    sockets: { web: { address: '127.0.0.1', port: 0 } },
    listeners: {
      web: { socket: 'web', protocol: 'http', port: 80, hostname: '', hosts: [{ hostname: '', routes: ['all'] }], origin },
    },
    routes: {
      all: {
        match: { path: { kind: 'prefix', value: '' } }, origin,
        action: { kind: 'forward', filters: [], targets: [{ weight: 1, to: { kind: 'backend', backend: 'main' }, filters: [] }] },
      },
    },
    backends: { main: { protocol: 'http1', origin } },
    endpoints: { main: [{ address: '127.0.0.1', port: backendPort, ready: true }] },
    certificates: {},
  };
  return change === undefined ? ir : change(ir);
}

export interface Opened {
  readonly proxy: Proxy;
  readonly port: number;
}

export async function openProxy(ir: Ir, settings: ProxySettings = {}): Promise<Opened> {
  const proxy = createProxy(settings);
  const { listeners } = await proxy.apply(ir);
  if (listeners['web']?.state !== 'serving') throw new Error(`the proxy does not serve: ${JSON.stringify(listeners)}`);
  return { proxy, port: (proxy.bound()['web'] as { port: number }).port };
}

/** One connection that a backend has accepted. */
export interface Accepted {
  readonly socket: Socket;
  received: string;
  /** Resolves once the connection is gone. */
  readonly closed: Promise<void>;
}

export interface RawServer {
  readonly server: Server;
  readonly port: number;
  readonly accepted: Accepted[];
  close(): Promise<void>;
}

/** A server that keeps all bytes of each connection and tells `onData` of them. */
export async function rawServer(onData: (connection: Accepted) => void): Promise<RawServer> {
  const accepted: Accepted[] = [];
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const closed = new Promise<void>((resolve) => { socket.once('close', () => resolve()); });
    const connection: Accepted = { socket, received: '', closed };
    accepted.push(connection);
    socket.on('data', (chunk: Buffer) => {
      connection.received += chunk.toString('latin1');
      onData(connection);
    });
    socket.on('end', () => socket.end());
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const close = async (): Promise<void> => {
    for (const { socket } of accepted) socket.destroy();
    await new Promise<void>((resolve) => { server.close(() => resolve()); });
  };
  return { server, port: (server.address() as AddressInfo).port, accepted, close };
}

/** A backend that answers each request that has one reading, and keeps all requests and all that has none. */
export class RecordingBackend {
  requests: ReadRequest[] = [];
  faults: string[] = [];

  /** For `rawServer`. */
  readonly onData = (connection: Accepted): void => this.read(connection);

  /** Forgets what was recorded; connections stay. */
  reset(): void {
    this.requests = [];
    this.faults = [];
  }

  private read(connection: Accepted): void {
    try {
      const { messages, rest } = readRequests(connection.received);
      connection.received = rest;
      for (const request of messages) {
        this.requests.push(request);
        connection.socket.write(answerTo(request), 'latin1');
      }
    } catch (error) {
      this.faults.push((error as Error).message);
      connection.socket.destroy();
    }
  }
}

/** The answer's body says what was read, so that a client sees whose answer it got. */
export function answerTo({ method, target, body }: ReadRequest): string {
  const text = `${method} ${target} ${body.length}`;
  return `HTTP/1.1 200 OK\r\ncontent-length: ${text.length}\r\n\r\n${method === 'HEAD' ? '' : text}`;
}

export interface Conversation {
  readonly received: string;
  /** The proxy closed in good order; otherwise the connection was cut. */
  readonly ended: boolean;
}

export interface Sending {
  /** Pieces that are written one after the other, each with time to be read alone. */
  readonly pieces: readonly string[];
  /** Close the sending side behind the last piece. */
  readonly ends?: boolean;
}

/** Sends bytes on a new connection and answers what came until the proxy closed it. */
export async function converse(port: number, { pieces, ends }: Sending): Promise<Conversation> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  let received = '';
  let ended = false;
  socket.on('data', (chunk: Buffer) => { received += chunk.toString('latin1'); });
  socket.on('end', () => {
    ended = true;
    socket.end();
  });
  socket.on('error', () => socket.destroy());
  const closed = new Promise<void>((resolve) => { socket.once('close', () => resolve()); });
  await new Promise<void>((resolve) => { socket.once('connect', resolve); });
  for (const [index, piece] of pieces.entries()) {
    if (index > 0) {
      // Two turns of the loop: the proxy, in the same process, reads in between.
      await turn();
      await turn();
    }
    if (socket.destroyed) break;
    socket.write(piece, 'latin1');
  }
  if (ends === true) socket.end();
  await closed;
  return { received, ended };
}
