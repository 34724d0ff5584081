/** A program: the backends of the soak. Its argument is the folder with tls.crt and tls.key; it prints its ports as one line of JSON. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer as createWebServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createHttp2Server, type ServerHttp2Stream } from 'node:http2';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { acceptUpgrade } from '../websocket.ts';
import { liveAddresses, type SoakBackends } from './ports.ts';

const folder = process.argv[2] ?? '';

/** GET: 100 bytes; POST: what came. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  if (request.method === 'POST') request.pipe(response);
  else response.end('x'.repeat(100));
}

function echo(socket: Socket): void {
  socket.on('error', () => socket.destroy());
  socket.setNoDelay(true).pipe(socket);
}

function echoStream(stream: ServerHttp2Stream): void {
  stream.on('error', () => stream.close());
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.pipe(stream);
}

function webServer(): ReturnType<typeof createWebServer> {
  // Longer than Postern keeps a connection, as it should be with any proxy.
  const server = createWebServer({ keepAliveTimeout: 60_000 }, answer);
  return server.on('upgrade', (request: IncomingMessage, socket: Socket) => {
    socket.write(acceptUpgrade(request.headers['sec-websocket-key'] ?? ''));
    echo(socket);
  });
}

function grpcServer(): ReturnType<typeof createHttp2Server> {
  const server = createHttp2Server();
  server.on('session', (session) => session.on('error', () => session.destroy()));
  return server.on('stream', echoStream);
}

const tlsFiles = { cert: readFileSync(join(folder, 'tls.crt')), key: readFileSync(join(folder, 'tls.key')) };

interface Listening {
  listen(port: number, address: string): { address(): AddressInfo | string | null };
}

/** The same port at every address; the first one's is the kernel's choice. */
async function listenEverywhere(make: () => Listening & NodeJS.EventEmitter): Promise<number> {
  let port = 0;
  for (const address of liveAddresses) {
    const server = make();
    const bound = server.listen(port, address);
    await once(server, 'listening');
    ({ port } = bound.address() as AddressInfo);
  }
  return port;
}

async function listenUdp(): Promise<number> {
  let port = 0;
  for (const address of liveAddresses) {
    const socket = createSocket('udp4').bind(port, address);
    socket.on('message', (message, from) => socket.send(message, from.port, from.address));
    await once(socket, 'listening');
    ({ port } = socket.address());
  }
  return port;
}

const ports: SoakBackends = {
  web: await listenEverywhere(webServer),
  grpc: await listenEverywhere(grpcServer),
  tcp: await listenEverywhere(() => createServer(echo)),
  udp: await listenUdp(),
  tls: await listenEverywhere(() => createTlsServer(tlsFiles, echo).on('tlsClientError', () => undefined)),
};
console.log(JSON.stringify(ports));
