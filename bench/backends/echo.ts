/** A program: echo servers for WebSocket, UDP and gRPC streams, on ports from the kernel that it prints as one line of JSON. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { acceptUpgrade } from '../websocket.ts';

/**
 * Answers the handshake and then sends all bytes back. A masked frame comes back masked, which real clients refuse; proxies pass it on,
 * and the load, which counts bytes, takes it.
 */
function echoWebSocket(socket: Socket): void {
  let head = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', function readHead(part: Buffer) {
    head += part.toString('latin1');
    if (!head.includes('\r\n\r\n')) return;
    socket.off('data', readHead);
    const key = /^sec-websocket-key: *(\S+)/im.exec(head)?.[1] ?? '';
    socket.write(acceptUpgrade(key));
    socket.on('data', (bytes: Buffer) => socket.write(bytes));
  });
}

const websocket = createServer(echoWebSocket).listen({ port: 0, host: '127.0.0.1', backlog: 4096 });

const streams = createHttp2Server({ settings: { maxConcurrentStreams: 1000 } }).listen(0, '127.0.0.1');
streams.on('session', (session) => session.on('error', () => session.destroy()));
streams.on('stream', (stream) => {
  stream.on('error', () => stream.close());
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
  stream.on('data', (bytes: Buffer) => stream.write(bytes));
  stream.on('end', () => stream.end());
});

const udp = createSocket('udp4').bind(0, '127.0.0.1');
udp.on('message', (message, from) => udp.send(message, from.port, from.address));

await Promise.all([websocket, streams, udp].map((server) => once(server, 'listening')));
console.log(JSON.stringify({ websocket: (websocket.address() as AddressInfo).port, stream: (streams.address() as AddressInfo).port, udp: udp.address().port }));
