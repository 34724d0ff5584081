/** Every protocol that Postern carries, as a client uses it. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { grpcMessage, grpcService } from '../grpc-message.ts';
import { echoVisit } from './echo-visit.ts';
import { hosts, type ListenerPorts } from './ports.ts';
import type { Protocol, Visit } from './user.ts';
import { upgradeRequest } from '../websocket.ts';

const address = '127.0.0.1';
const path = '/p0/items';
const lostAfterMs = 2000;
const upload = Buffer.alloc(20_000, 'u');

export function protocols(ports: ListenerPorts): readonly Protocol[] {
  return [
    { name: 'http1', stepsOfVisit: 1000, open: () => openHttp1(ports.http, false) },
    { name: 'https1', stepsOfVisit: 100, open: () => openHttp1(ports.https, true) },
    { name: 'h2c', stepsOfVisit: 1000, open: () => openHttp2(`http://${address}:${ports.http}`) },
    { name: 'h2', stepsOfVisit: 100, open: () => openHttp2(`https://${address}:${ports.https}`) },
    { name: 'grpc', stepsOfVisit: 1000, open: () => openCalls(ports.http) },
    { name: 'grpc-stream', stepsOfVisit: 50, open: () => openStream(ports.http) },
    { name: 'websocket', stepsOfVisit: 200, open: () => openWebSocket(ports.http) },
    { name: 'tcp', stepsOfVisit: 100, open: () => openTcp(ports.tcp) },
    { name: 'udp', stepsOfVisit: 200, open: () => openUdp(ports.udp) },
    { name: 'tls-passthrough', stepsOfVisit: 50, open: () => openTls(ports.tls) },
  ];
}

/** GET and POST in turn, on a kept connection. */
async function openHttp1(port: number, tls: boolean): Promise<Visit> {
  const agent = tls ? new TlsAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false }) : new Agent({ keepAlive: true, maxSockets: 1 });
  let posts = false;
  return {
    step() {
      posts = !posts;
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      const options = { host: address, port, path, method: posts ? 'POST' : 'GET', headers: { host: hosts.web }, servername: hosts.web, agent };
      const sent = (tls ? tlsRequest : request)(options, (response) => {
        let bytes = 0;
        response.on('data', (part: Buffer) => { bytes += part.length; }).on('error', reject);
        response.on('end', () => (response.statusCode === 200 && bytes === (posts ? upload.length : 100) ? resolve() : reject(new Error(`status ${response.statusCode}, ${bytes} bytes`))));
      });
      sent.on('error', reject).end(posts ? upload : undefined);
      return promise;
    },
    async close() { agent.destroy(); },
  };
}

async function openSession(authority: string): Promise<{ readonly session: ClientHttp2Session; broken(): Error | undefined }> {
  const session = connectHttp2(authority, { rejectUnauthorized: false, servername: hosts.web });
  let broken: Error | undefined;
  session.on('error', (error: Error) => { broken = error; }).on('goaway', (code) => { broken ??= new Error(`GOAWAY ${code}`); });
  await once(session, 'connect');
  return { session, broken: () => broken };
}

async function openHttp2(authority: string): Promise<Visit> {
  const { session, broken } = await openSession(authority);
  return {
    step: () => ask(session, { head: { ':method': 'GET', ':path': path, ':authority': hosts.web }, expects: 100, broken }),
    async close() { session.close(); },
  };
}

async function openCalls(port: number): Promise<Visit> {
  const { session, broken } = await openSession(`http://${address}:${port}`);
  return {
    step: () => ask(session, { head: callHead('Call'), body: grpcMessage, expects: grpcMessage.length, broken }),
    async close() { session.close(); },
  };
}

const callHead = (method: string): Record<string, string> => ({
  ':method': 'POST', ':path': `/${grpcService}/${method}`, ':authority': hosts.grpc, 'content-type': 'application/grpc', te: 'trailers',
});

interface Question {
  readonly head: Record<string, string>;
  readonly body?: Buffer;
  /** Bytes of the answer. */
  readonly expects: number;
  broken(): Error | undefined;
}

/** With a body it is a gRPC call, whose trailers must say that all is well. */
function ask(session: ClientHttp2Session, { head, body, expects, broken }: Question): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const stream = session.request(head, { endStream: body === undefined });
  let [status, bytes, grpcStatus] = [0, 0, body === undefined ? '0' : 'missing'];
  stream.on('response', (fields) => { status = Number(fields[':status']); });
  stream.on('trailers', (fields) => { grpcStatus = String(fields['grpc-status']); });
  stream.on('data', (part: Buffer) => { bytes += part.length; }).on('error', (error: Error) => reject(broken() ?? error));
  stream.on('close', () => (status === 200 && bytes === expects && grpcStatus === '0' ? resolve() : reject(broken() ?? new Error(`status ${status}, ${bytes} bytes, grpc-status ${grpcStatus}`))));
  if (body !== undefined) stream.end(body);
  return promise;
}

async function openStream(port: number): Promise<Visit> {
  const { session, broken } = await openSession(`http://${address}:${port}`);
  const visit = echoVisit(session.request(callHead('Stream'), { endStream: false }));
  const said = (error: unknown): never => { throw broken() ?? error; };
  return {
    step: () => visit.step().catch(said),
    async close() {
      await visit.close().catch(said);
      session.close();
    },
  };
}

async function openWebSocket(port: number): Promise<Visit> {
  const socket = connect({ host: address, port, noDelay: true });
  await once(socket, 'connect');
  socket.write(upgradeRequest(hosts.web, path));
  const [head] = await once(socket, 'data');
  if (!String(head).startsWith('HTTP/1.1 101 ')) throw new Error(`no WebSocket: ${String(head).split('\r\n')[0]}`);
  return echoVisit(socket);
}

async function openTcp(port: number): Promise<Visit> {
  const socket = connect({ host: address, port, noDelay: true });
  await once(socket, 'connect');
  return echoVisit(socket);
}

async function openTls(port: number): Promise<Visit> {
  const socket = connectTls({ host: address, port, servername: hosts.tls, rejectUnauthorized: false });
  await once(socket, 'secureConnect');
  return echoVisit(socket);
}

async function openUdp(port: number): Promise<Visit> {
  const socket = createSocket('udp4');
  socket.connect(port, address);
  await once(socket, 'connect');
  return {
    async step() {
      const came = once(socket, 'message');
      socket.send(Buffer.alloc(100, 'p'));
      const { promise: lost, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => reject(new Error('the datagram was lost')), lostAfterMs);
      await Promise.race([came, lost]).finally(() => clearTimeout(timer));
    },
    async close() { socket.close(); },
  };
}
