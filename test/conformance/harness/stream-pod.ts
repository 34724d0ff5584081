import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer, TLSSocket } from 'node:tls';
import type { PodIdentity } from './echo-pod.ts';

/** A key pair, PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** The line that a TCP echo backend says before it is asked anything. */
export const welcome = 'Gateway API TCP echo\n';

/** What a TCP echo backend says of itself and of the connection that it sees. */
export interface StreamEcho {
  readonly namespace: string;
  readonly pod: string;
  /** Server name of the handshake, where the backend itself ended TLS. */
  readonly serverName?: string;
}

/** A TCP backend as the suite's: it greets, and answers the lines PING, IS_TLS and TEST. With a key pair it ends TLS. */
export function tcpPod(pod: PodIdentity, pair?: KeyPair): Server {
  const serve = (socket: Socket): void => {
    const isTls = socket instanceof TLSSocket;
    const echo: StreamEcho = { namespace: pod.namespace, pod: pod.name, ...(isTls && typeof socket.servername === 'string' ? { serverName: socket.servername } : {}) };
    const answers: { readonly [line: string]: string } = { PING: 'PONG', IS_TLS: String(isTls), TEST: JSON.stringify(echo) };
    let text = '';
    socket.on('error', () => socket.destroy());
    socket.write(welcome);
    socket.on('data', (chunk: Buffer) => {
      const lines = (text + chunk.toString()).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) socket.write(`${answers[line] ?? line}\n`);
    });
  };
  return pair === undefined ? createServer(serve) : createSecureServer({ cert: pair.certificate, key: pair.key }, serve);
}

/** A UDP backend as the suite's: it answers each datagram with who it is, as JSON. */
export function udpPod(pod: PodIdentity & { readonly deployment: string }): UdpSocket {
  const socket = createSocket('udp4');
  socket.on('message', (datagram, { port, address }) => {
    socket.send(JSON.stringify({ request: datagram.toString(), namespace: pod.namespace, service: pod.deployment, pod: pod.name }), port, address);
  });
  return socket;
}
