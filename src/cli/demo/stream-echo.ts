import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import type { EchoIdentity } from './echo-identity.ts';
import type { EchoServer } from './echo-server.ts';
import { anyLocalPort, type ListenPlace } from './listen-place.ts';

/** Starts a TCP server that answers each line with one line of JSON: who answers, and what was received. */
export async function startTcpEcho(identity: EchoIdentity, place: ListenPlace = anyLocalPort): Promise<EchoServer> {
  let current = identity;
  const open = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    let text = '';
    socket.setEncoding('utf8');
    socket.on('error', () => socket.destroy());
    socket.on('close', () => open.delete(socket));
    socket.on('data', (chunk: string) => {
      const lines = (text + chunk).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) socket.write(`${answer(current, line)}\n`);
    });
    socket.on('end', () => socket.end(text === '' ? '' : `${answer(current, text)}\n`));
  });
  server.listen(place.port, place.address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    become: (next) => { current = next; },
    close: async () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Starts a UDP server that answers each datagram with JSON: who answers, and what was received. */
export async function startUdpEcho(identity: EchoIdentity, place: ListenPlace = anyLocalPort): Promise<EchoServer> {
  let current = identity;
  const socket = createSocket('udp4');
  socket.on('message', (datagram, { port, address }) => socket.send(`${answer(current, datagram.toString())}\n`, port, address));
  socket.bind(place.port, place.address);
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    become: (next) => { current = next; },
    close: async () => { socket.close(); },
  };
}

function answer({ app, version, pod, namespace }: EchoIdentity, received: string): string {
  return JSON.stringify({ app, version, pod, namespace, received: received.replace(/\r$/, '') });
}
