import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import type { Duplex } from 'node:stream';

const guid = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** The answer to a Sec-WebSocket-Key (RFC 6455, 4.2.2). */
export function acceptKey(key: string): string {
  return createHash('sha1').update(key + guid).digest('base64');
}

interface Frame {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** Reads unfragmented frames of less than 126 bytes, which is all that the suite sends. */
function onFrames(stream: Duplex, take: (frame: Frame) => void, head: Buffer): void {
  let held = head;
  const drain = (): void => {
    for (;;) {
      const masked = ((held[1] ?? 0) & 0x80) !== 0;
      const length = (held[1] ?? 0) & 0x7f;
      const start = masked ? 6 : 2;
      if (held.length < 2 || held.length < start + length) return;
      const payload = Buffer.from(held.subarray(start, start + length));
      if (masked) for (let at = 0; at < length; at += 1) payload[at] = (payload[at] ?? 0) ^ (held[2 + (at % 4)] ?? 0);
      const opcode = (held[0] ?? 0) & 0x0f;
      held = held.subarray(start + length);
      take({ opcode, payload });
    }
  };
  stream.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk]);
    drain();
  });
  drain();
}

/** Sends every frame back as it came; a close frame ends the connection. */
export function echoFrames(stream: Duplex, head: Buffer): void {
  onFrames(stream, ({ opcode, payload }) => {
    stream.write(Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]));
    if (opcode === 8) stream.end();
  }, head);
}

function maskedFrame(message: string | readonly number[]): Buffer {
  const payload = typeof message === 'string' ? Buffer.from(message) : Buffer.from(message);
  const mask = randomBytes(4);
  for (let at = 0; at < payload.length; at += 1) payload[at] = (payload[at] ?? 0) ^ (mask[at % 4] ?? 0);
  return Buffer.concat([Buffer.from([0x80 | (typeof message === 'string' ? 1 : 2), 0x80 | payload.length]), mask, payload]);
}

export interface WebSocketTarget {
  readonly address: string;
  readonly port: number;
  readonly host: string;
  readonly path: string;
}

/** Opens a WebSocket, sends the messages and answers what came back, in the same form; rejects where it is refused. */
export function exchange(target: WebSocketTarget, messages: readonly (string | readonly number[])[]): Promise<(string | number[])[]> {
  return new Promise((resolve, reject) => {
    const key = randomBytes(16).toString('base64');
    const socket = connect(target.port, target.address);
    const answers: (string | number[])[] = [];
    let head = Buffer.alloc(0);
    const onHead = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      socket.off('data', onHead);
      const text = head.subarray(0, end).toString('latin1');
      if (!text.startsWith('HTTP/1.1 101 ') || !text.includes(acceptKey(key))) {
        reject(new Error(`the upgrade was refused: ${text.split('\r\n')[0]}`));
        socket.destroy();
        return;
      }
      onFrames(socket, ({ opcode, payload }) => {
        answers.push(opcode === 1 ? payload.toString() : [...payload]);
        if (answers.length < messages.length) return;
        socket.destroy();
        resolve(answers);
      }, head.subarray(end + 4));
      for (const message of messages) socket.write(maskedFrame(message));
    };
    socket.on('data', onHead);
    socket.on('error', reject);
    socket.on('close', () => reject(new Error(`closed after ${answers.length} of ${messages.length} messages`)));
    socket.write(`GET ${target.path} HTTP/1.1\r\nHost: ${target.host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
      + `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${key}\r\nOrigin: ws://gateway/\r\n\r\n`);
  });
}
