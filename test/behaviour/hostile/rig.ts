/** Backends, bystanders and plain sockets for tests with hostile peers. */
import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2';
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { Backend, Endpoint, Ir, Route } from '../../../src/ir/index.ts';

const origin = { group: '', kind: 'HTTPRoute', namespace: 'default', name: 'hostile' };

export const bigBytes = 60_000;

/** Answers at once; `/silent…` never, `/big…` with many bytes. Answers its port. */
export async function politeBackend(t: Pick<TestContext, 'after'>): Promise<number> {
  const server = createServer((message: IncomingMessage, response: ServerResponse) => {
    // Polite: the whole request is heard before it is answered.
    message.resume().on('end', () => {
      if (message.url?.startsWith('/silent') === true) return;
      response.end(message.url?.startsWith('/big') === true ? Buffer.alloc(bigBytes, 0x62) : 'ok');
    });
  });
  server.on('connection', (socket) => socket.on('error', () => socket.destroy()));
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => { server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve); });
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return (server.address() as AddressInfo).port;
}

export interface Setting {
  readonly endpoints: readonly Endpoint[];
  readonly protocol?: Backend['protocol'];
  readonly requestTimeoutMs?: number;
}

/** One listener in plain text: `/own…` is answered by the proxy itself, the rest goes to the backend. */
export function irFor(setting: Setting): Ir {
  return irForMany({ '/': setting });
}

/** The same, with backends by the beginnings of their paths, the more special ones first. */
export function irForMany(settings: Readonly<Record<string, Setting>>): Ir {
  const paths = Object.entries(settings);
  const routes: Record<string, Route> = {
    own: { match: { path: { kind: 'prefix', value: '/own' } }, origin, action: { kind: 'respond', status: 404, because: 'nothing is here' } },
    ...Object.fromEntries(paths.map(([path, { requestTimeoutMs }]): [string, Route] => [path, {
      match: { path: { kind: 'prefix', value: path === '/' ? '' : path } }, origin,
      action: {
        kind: 'forward', filters: [], targets: [{ weight: 1, to: { kind: 'backend', backend: path }, filters: [] }],
        ...requestTimeoutMs === undefined ? {} : { requestTimeoutMs },
      },
    }])),
  };
  return {
    sockets: { web: { address: '127.0.0.1', port: 0 } },
    listeners: { web: { socket: 'web', protocol: 'http', port: 80, hostname: '', hosts: [{ hostname: '', routes: Object.keys(routes) }], origin } },
    routes, certificates: {},
    backends: Object.fromEntries(paths.map(([path, { protocol = 'http1' }]) => [path, { protocol, origin }])),
    endpoints: Object.fromEntries(paths.map(([path, { endpoints }]) => [path, endpoints])),
  };
}

/** Clients that did nothing wrong: one of HTTP/1.1 and one of HTTP/2, each on its own connection. */
export class Bystanders {
  /** Their connections. */
  readonly count = 2;
  answered = 0;
  private readonly port: number;
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 1 });
  private readonly session: ClientHttp2Session;

  constructor(t: Pick<TestContext, 'after'>, port: number) {
    this.port = port;
    this.session = connectHttp2(`http://127.0.0.1:${port}`);
    this.session.on('error', () => undefined);
    t.after(() => {
      this.agent.destroy();
      this.session.destroy();
    });
  }

  /** One request of each; rejects where one is not answered as it should be. */
  async ask(): Promise<void> {
    const answers = await Promise.all([this.askHttp1(), this.askHttp2()]);
    for (const answer of answers) if (answer !== '200 ok') throw new Error(`a bystander got ${answer}`);
    this.answered += 2;
  }

  /** Requests as long as `holds`; at least one of each. */
  async askWhile(holds: () => boolean): Promise<void> {
    do {
      await this.ask();
      await new Promise((resolve) => { setTimeout(resolve, 5); });
    } while (holds());
  }

  private askHttp1(): Promise<string> {
    return new Promise((resolve, reject) => {
      const sent = request({ port: this.port, host: '127.0.0.1', path: '/fine', agent: this.agent }, (message) => {
        let body = '';
        message.on('data', (piece: Buffer) => { body += piece.toString(); });
        message.on('end', () => resolve(`${message.statusCode} ${body}`));
        message.on('error', reject);
      });
      sent.on('error', reject);
      sent.end();
    });
  }

  private askHttp2(): Promise<string> {
    return new Promise((resolve, reject) => {
      const stream = this.session.request({ ':path': '/fine' });
      let [status, body] = ['', ''];
      stream.on('response', (head) => { status = String(head[':status']); });
      stream.on('data', (piece: Buffer) => { body += piece.toString(); });
      stream.on('end', () => resolve(`${status} ${body}`));
      stream.on('error', reject);
      stream.on('close', () => reject(new Error(`the bystander's stream ended with ${stream.rstCode}`)));
    });
  }
}

/** A socket whose errors are no news, closed when the test ends. */
export async function plainSocket(t: Pick<TestContext, 'after'>, port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  socket.on('error', () => socket.destroy());
  t.after(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Writes, and waits until the system has taken it or the connection is gone; false then. */
export function pushOut(socket: Socket, bytes: Buffer): Promise<boolean> {
  if (socket.destroyed || !socket.writable) return Promise.resolve(false);
  return new Promise((resolve) => {
    const closed = (): void => resolve(false);
    socket.once('close', closed);
    socket.write(bytes, (error) => {
      socket.off('close', closed);
      resolve(error === undefined || error === null);
    });
  });
}

export interface HostilePeer {
  readonly port: number;
  /** Connections so far. */
  readonly sockets: Socket[];
}

/** A server that hands each connection, with all that has come on it, to the test whenever something comes; latin1. */
export async function hostilePeer(t: Pick<TestContext, 'after'>, onData: (socket: Socket, received: string, index: number) => void): Promise<HostilePeer> {
  const sockets: Socket[] = [];
  const server = createTcpServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const index = sockets.push(socket) - 1;
    let received = '';
    socket.on('error', () => socket.destroy());
    socket.on('end', () => socket.end());
    socket.on('data', (piece: Buffer) => {
      received += piece.toString('latin1');
      onData(socket, received, index);
    });
  });
  await new Promise<void>((resolve) => { server.listen({ port: 0, host: '127.0.0.1', backlog: 1024 }, resolve); });
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

export interface Heard {
  /** Undefined: no head came. */
  readonly status: number | undefined;
  readonly body: string;
  /** The answer broke off. */
  readonly isBroken: boolean;
}

export interface Asked {
  readonly path: string;
  readonly method?: string;
  readonly body?: Buffer;
}

/** One request on a connection of its own, and what came of it. */
export function askOnce(port: number, { path, method = 'GET', body }: Asked): Promise<Heard> {
  return new Promise((resolve) => {
    let [status, heard]: [number | undefined, string] = [undefined, ''];
    const over = (isBroken: boolean): void => resolve({ status, body: heard, isBroken });
    const sent = request({ port, host: '127.0.0.1', path, method, agent: false }, (message) => {
      status = message.statusCode;
      message.on('data', (piece: Buffer) => { heard += piece.toString('latin1'); });
      message.on('error', () => over(true));
      message.on('end', () => over(!message.complete));
    });
    sent.on('error', () => over(true));
    sent.end(body);
  });
}
