import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectSecurely } from 'node:tls';
import type { RequestSpec } from './check.ts';
import type { Answer, NoAnswer, Target } from './send.ts';

/** A datagram that is not answered in this time is lost. */
const answerMs = 5000;

const closed: NoAnswer = { error: 'the connection was closed', code: 'CLOSED' };

/** Sends a check's bytes over TCP and reads until the other side ends. */
export function sendTcp({ send = '' }: RequestSpec, target: Target): Promise<Answer | NoAnswer> {
  const socket = connect(target.port, target.address, () => socket.write(send, 'latin1'));
  return untilEnd(socket);
}

/** Begins a TLS handshake and nothing else. */
export function sendHello({ tls }: RequestSpec, target: Target): Promise<Answer | NoAnswer> {
  const socket = connectSecurely({ host: target.address, port: target.port, servername: tls?.sni ?? '', rejectUnauthorized: tls?.verify !== false }, () => socket.end());
  return untilEnd(socket);
}

function untilEnd(socket: Socket): Promise<Answer | NoAnswer> {
  return new Promise((resolve) => {
    let text = '';
    const client = (): string => socket.localAddress ?? '';
    socket.on('data', (chunk: Buffer) => { text += chunk.toString('latin1'); });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve({ error: error.message, code: error.code ?? '' }));
    socket.once('close', () => resolve(text === '' ? closed : answerOf(text, client())));
    socket.once('end', () => socket.end());
  });
}

/** Sends a check's bytes as one datagram and waits for one. */
export async function sendUdp({ send = '' }: RequestSpec, target: Target): Promise<Answer | NoAnswer> {
  const socket = createSocket('udp4');
  try {
    socket.connect(target.port, target.address);
    await once(socket, 'connect');
    socket.send(send);
    const [datagram] = await once(socket, 'message', { signal: AbortSignal.timeout(answerMs) });
    return answerOf(String(datagram), socket.address().address);
  } catch (error) {
    return { error: String(error), code: (error as NodeJS.ErrnoException).code ?? '' };
  } finally {
    socket.close();
  }
}

/** An echo app answers HTTP with HTTP, everything else with JSON alone. */
function answerOf(text: string, client: string): Answer {
  const at = text.indexOf('\r\n\r\n');
  const status = /^HTTP\/1\.1 (\d{3})/.exec(text)?.[1];
  if (status === undefined || at < 0) return { status: 0, headers: { 'content-type': 'application/json' }, body: text, httpVersion: '', client };
  const lines = text.slice(0, at).split('\r\n').slice(1).map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]);
  return { status: Number(status), headers: Object.fromEntries(lines) as Answer['headers'], body: text.slice(at + 4), httpVersion: '1.1', client };
}

/** A connection whose first bytes, a ClientHello, leave in two segments. */
export function splitFirstWrite(target: Target, cut: number): Duplex {
  const socket = connect({ host: target.address, port: target.port, noDelay: true });
  let isFirst = true;
  const split = new Duplex({
    read: () => socket.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      if (!isFirst || chunk.length <= cut) {
        socket.write(chunk, () => done());
        return;
      }
      isFirst = false;
      // Once the first piece has left, a turn of the event loop keeps it from being joined by the second.
      socket.write(chunk.subarray(0, cut), () => setImmediate(() => socket.write(chunk.subarray(cut), () => done())));
    },
    final: (done) => { socket.end(() => done()); },
    destroy: (error, done) => {
      socket.destroy();
      done(error);
    },
  });
  socket.on('data', (chunk: Buffer) => { if (!split.push(chunk)) socket.pause(); });
  socket.on('end', () => split.push(null));
  socket.on('error', (error) => split.destroy(error));
  socket.on('close', () => split.destroy());
  return split;
}
