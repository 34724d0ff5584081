/** The rig of layer 4: listeners and backends of TCP, UDP and TLS on real sockets. */
import assert from 'node:assert/strict';
import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';
import { Redacted } from '../../base/index.ts';
import type { Certificate, Endpoint, Ir, StreamListener, StreamTarget } from '../../ir/index.ts';
import { createProxy, type Proxy, type ProxySettings } from '../index.ts';
import { endpoint, eventually, rawBackend, Wire } from './rig.test.ts';
import { type KeyPair, selfSigned } from '../../../test/harness/certificates.ts';

const origin = { group: '', kind: 'TCPRoute', namespace: 'default', name: 'test' };

export interface StreamPlan {
  readonly listeners: Readonly<Record<string, Pick<StreamListener, 'protocol'> & Partial<StreamListener>>>;
  /** By route: weights of backends; `refuse` is a share that goes nowhere. */
  readonly routes?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly backends?: Readonly<Record<string, readonly Endpoint[]>>;
  readonly settings?: ProxySettings;
}

/** A certificate for a name and its subdomains; made once a process, since a key takes a while. */
export function certificate(name: string): Certificate {
  const names = [name, `*.${name}`];
  const { certificate: chain, key } = pairs.get(name) ?? selfSigned(names);
  pairs.set(name, { certificate: chain, key });
  return { chain, key: new Redacted(key), names, origin };
}

const pairs = new Map<string, KeyPair>();

/** Socket `s` for TCP and `u` for UDP; a listener without hosts has one for its own hostname, served by route `main`. */
export function streamIr({ listeners, routes = { main: { main: 1 } }, backends = {} }: StreamPlan): Ir {
  const targetsOf = (weights: Readonly<Record<string, number>>): StreamTarget[] => Object.entries(weights).map(([backend, weight]) => ({
    weight, to: backend === 'refuse' ? { kind: 'refuse', because: 'backend-not-found' } : { kind: 'backend', backend },
  }));
  const all = Object.entries(listeners).map(([key, listener]): [string, StreamListener] => [key, {
    socket: listener.protocol === 'udp' ? 'u' : 's', port: 9000, hostname: '', hosts: [{ hostname: listener.hostname ?? '', route: 'main' }], origin,
    ...(listener.protocol === 'terminate' ? { certificates: ['example'] } : {}), ...listener,
  }]);
  const used = new Set(all.map(([, { socket }]) => socket));
  return {
    sockets: {
      ...(used.has('s') ? { s: { address: '127.0.0.1', port: 0 } } : {}),
      ...(used.has('u') ? { u: { address: '127.0.0.1', port: 0, transport: 'udp' as const } } : {}),
    },
    listeners: {}, routes: {}, endpoints: backends,
    backends: Object.fromEntries(Object.keys(backends).map((key) => [key, { protocol: 'tcp' as const, origin }])),
    certificates: { example: certificate('example.com'), other: certificate('other.org') },
    streamListeners: Object.fromEntries(all),
    streamRoutes: Object.fromEntries(Object.entries(routes).map(([key, weights]) => [key, { action: { kind: 'relay' as const, targets: targetsOf(weights) }, origin }])),
  };
}

export interface ServedStreams {
  readonly proxy: Proxy;
  readonly port: number;
  readonly udpPort: number;
  connect(): Wire;
  datagrams(): Promise<Datagrams>;
}

/** A UDP client that collects its answers. */
export interface Datagrams {
  readonly socket: UdpSocket;
  readonly answers: { readonly text: string; readonly from: number }[];
  /** Sends and waits for as many answers more as datagrams were sent. */
  ask(...texts: string[]): Promise<string[]>;
}

/** Serves a plan for the time of the test. */
export async function serveStreams(t: TestContext, plan: StreamPlan | Ir, settings: ProxySettings = {}): Promise<ServedStreams> {
  const proxy = createProxy('settings' in plan ? plan.settings : settings);
  t.after(() => proxy.close(0));
  const report = await proxy.apply('sockets' in plan ? plan : streamIr(plan));
  assert.deepEqual(Object.values(report.listeners).map(({ state }) => state), Object.keys(report.listeners).map(() => 'serving'));
  const bound = proxy.bound();
  const port = bound['s']?.port ?? 0;
  const udpPort = bound['u']?.port ?? 0;
  return {
    proxy, port, udpPort,
    connect: () => {
      const wire = new Wire(connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true }));
      t.after(() => wire.socket.destroy());
      return wire;
    },
    datagrams: () => datagrams(t, udpPort),
  };
}

async function datagrams(t: TestContext, port: number): Promise<Datagrams> {
  const socket = createSocket('udp4');
  t.after(() => socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const answers: { text: string; from: number }[] = [];
  socket.on('message', (datagram, { port: from }) => { answers.push({ text: datagram.toString('latin1'), from }); });
  const ask = async (...texts: string[]): Promise<string[]> => {
    const before = answers.length;
    for (const text of texts) socket.send(text, port, '127.0.0.1');
    await eventually(() => answers.length >= before + texts.length);
    return answers.slice(before).map(({ text }) => text);
  };
  return { socket, answers, ask };
}

export interface UdpBackend {
  readonly endpoint: Endpoint;
  /** Ports that datagrams came from, in order. */
  readonly sources: number[];
  close(): Promise<void>;
}

/** A UDP backend that answers each datagram with its name and the datagram. */
export async function udpBackend(t: TestContext, name: string): Promise<UdpBackend> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const sources: number[] = [];
  socket.on('message', (datagram, { port, address }) => {
    sources.push(port);
    socket.send(`${name}:${datagram.toString('latin1')}`, port, address);
  });
  let isOpen = true;
  const close = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    socket.close();
    await once(socket, 'close');
  };
  t.after(close);
  return { endpoint: endpoint((socket.address() as AddressInfo).port), sources, close };
}

test('the rig of layer 4 serves TCP and UDP at once', { timeout: 20_000 }, async (t) => {
  const tcp = await rawBackend(t, (wire) => wire.send('hello'));
  const udp = await udpBackend(t, 'pod');
  const { connect: open, datagrams: client } = await serveStreams(t, {
    listeners: { tcp: { protocol: 'tcp' }, udp: { protocol: 'udp', hosts: [{ hostname: '', route: 'udp' }] } },
    routes: { main: { main: 1 }, udp: { udp: 1 } }, backends: { main: [endpoint(tcp.port)], udp: [udp.endpoint] },
  });
  await open().untilReceived('hello');
  assert.deepEqual(await (await client()).ask('ping'), ['pod:ping']);
});
