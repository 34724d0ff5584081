/** The rig that tests of the proxy stand on: a proxy with scripted backends on real sockets, and raw clients. */
import assert from 'node:assert/strict';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import type { Action, Endpoint, Filter, Ir, Match, PathMatch, Route } from '../../ir/index.ts';
import { createProxy, type Proxy, type ProxySettings } from '../index.ts';

const origin = { group: '', kind: 'HTTPRoute', namespace: 'default', name: 'test' };

/** Collects what a socket sends and waits for what a test expects. */
export class Wire {
  readonly socket: Socket;
  received = '';
  hasEnded = false;
  hasClosed = false;
  error: Error | undefined;
  private waiting: (() => void)[] = [];

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
      this.wake();
    });
    socket.on('end', () => {
      this.hasEnded = true;
      this.wake();
    });
    socket.on('error', (error) => {
      this.error = error;
    });
    socket.on('close', () => {
      this.hasClosed = true;
      this.wake();
    });
  }

  private wake(): void {
    for (const check of this.waiting.splice(0)) check();
  }

  send(text: string): void {
    this.socket.write(text, 'latin1');
  }

  /** Resolves once `holds`; the test's own time limit ends a wait in vain. */
  until(holds: (wire: Wire) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const check = (): void => {
        if (holds(this)) resolve();
        else if (this.hasClosed) reject(new Error(`closed after ${JSON.stringify(this.received)}`));
        else this.waiting.push(check);
      };
      check();
    });
  }

  untilReceived(part: string): Promise<void> {
    return this.until(({ received }) => received.includes(part));
  }

  untilClosed(): Promise<void> {
    return this.until(({ hasClosed }) => hasClosed);
  }
}

/** Waits for a condition that no event announces. */
export async function eventually(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export interface RawBackend {
  readonly port: number;
  readonly wires: Wire[];
  readonly server: Server;
}

/** A backend that hands every connection to the test. */
export async function rawBackend(t: TestContext, accept: (wire: Wire) => void = () => undefined): Promise<RawBackend> {
  const wires: Wire[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const wire = new Wire(socket);
    wires.push(wire);
    accept(wire);
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  t.after(() => {
    for (const wire of wires) wire.socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, wires, server };
}

/** A backend that answers every request without body with `answer`, once the head is there. */
export function answering(answer: string): (wire: Wire) => void {
  return (wire) => {
    let at = 0;
    wire.socket.on('data', () => {
      for (let end = wire.received.indexOf('\r\n\r\n', at); end >= 0; end = wire.received.indexOf('\r\n\r\n', at)) {
        at = end + 4;
        wire.send(answer);
      }
    });
  };
}

export interface Served {
  readonly proxy: Proxy;
  readonly port: number;
  connect(): Wire;
  /** Sends one text on a new connection and answers all that comes until the proxy closes. */
  ask(text: string): Promise<string>;
  reapply(ir: Ir): Promise<void>;
}

export interface Plan {
  readonly backends?: Readonly<Record<string, readonly Endpoint[]>>;
  readonly routes?: readonly { readonly match?: Partial<Match>; readonly action: Action }[];
  readonly settings?: ProxySettings;
}

export function endpoint(port: number, address = '127.0.0.1'): Endpoint {
  return { address, port, ready: true };
}

/** An endpoint at which nobody listens: low ports are nobody's here, while one that was bound and closed soon is another's. */
export function refusing(port = 1): Endpoint {
  return endpoint(port, '127.255.255.1');
}

export function prefix(value: string): PathMatch {
  return { kind: 'prefix', value };
}

export function forwardTo(backend: string, filters: readonly Filter[] = []): Action {
  return { kind: 'forward', filters, targets: [{ weight: 1, to: { kind: 'backend', backend }, filters: [] }] };
}

/** One listener for every host, and the routes of the plan in its order; without routes everything goes to backend `main`. */
export function irOf(plan: Plan): Ir {
  const routes: Record<string, Route> = {};
  for (const [index, { match, action }] of (plan.routes ?? [{ action: forwardTo('main') }]).entries()) {
    routes[`route${index}`] = { match: { path: prefix(''), ...match }, action, origin };
  }
  const backends = plan.backends ?? {};
  return {
    sockets: { web: { address: '127.0.0.1', port: 0 } },
    listeners: {
      web: { socket: 'web', protocol: 'http', port: 80, hostname: '', hosts: [{ hostname: '', routes: Object.keys(routes) }], origin },
    },
    routes,
    backends: Object.fromEntries(Object.keys(backends).map((key) => [key, { protocol: 'http1' as const, origin }])),
    endpoints: backends,
    certificates: {},
  };
}

/** Serves a plan for the time of the test. */
export async function serve(t: TestContext, plan: Plan): Promise<Served> {
  const proxy = createProxy(plan.settings);
  const report = await proxy.apply(irOf(plan));
  assert.deepEqual(report.listeners, { web: { state: 'serving' } });
  const { port } = proxy.bound()['web'] as { port: number };
  const wires: Wire[] = [];
  t.after(async () => {
    for (const wire of wires) wire.socket.destroy();
    await proxy.close(0);
  });
  const connectTo = (): Wire => {
    const wire = new Wire(connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }));
    wires.push(wire);
    return wire;
  };
  const ask = async (text: string): Promise<string> => {
    const wire = connectTo();
    wire.send(text);
    await wire.until(({ hasEnded, hasClosed }) => hasEnded || hasClosed);
    wire.socket.end();
    return wire.received;
  };
  return { proxy, port, connect: connectTo, ask, reapply: async (ir) => { await proxy.apply(ir); } };
}

test('the rig serves a plan and closes', { timeout: 20_000 }, async (t) => {
  const backend = await rawBackend(t, answering('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
  const { ask } = await serve(t, { backends: { main: [endpoint(backend.port)] } });
  assert.match(await ask('GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n'), /^HTTP\/1\.1 200 OK\r\n[^]*\r\n\r\nok$/);
});
