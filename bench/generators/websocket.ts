import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { upgradeRequest } from '../websocket.ts';
import type { Latencies } from './latencies.ts';
import type { GeneratorPlan } from './plan.ts';

/** A binary frame of a client with 94 bytes: two of head, four of mask (RFC 6455, section 5.2). */
const frame = Buffer.concat([Buffer.from([0x82, 0x80 | 94, 1, 2, 3, 4]), Buffer.alloc(94, 'x')]);

/** Each connection sends a message when the one before has come back. */
export async function echoWebSocket(plan: GeneratorPlan, latencies: Latencies): Promise<void> {
  const sockets = await Promise.all(Array.from({ length: plan.connections }, () => upgraded(plan)));
  let over = false;
  for (const socket of sockets) {
    let sent = performance.now();
    let missing = frame.length;
    const failed = (kind: string): void => { if (!over) latencies.failed(kind); };
    socket.on('error', () => failed('error')).on('close', () => failed('closed'));
    socket.on('data', (bytes: Buffer) => {
      missing -= bytes.length;
      if (missing > 0 || over) return;
      const now = performance.now();
      latencies.add(now - sent);
      sent = now;
      missing = frame.length;
      socket.write(frame);
    });
    socket.write(frame);
  }
  await pause(plan.seconds * 1000);
  over = true;
  for (const socket of sockets) socket.destroy();
}

async function upgraded(plan: GeneratorPlan): Promise<Socket> {
  const socket = connect({ host: plan.address, port: plan.port, noDelay: true });
  await once(socket, 'connect');
  socket.write(upgradeRequest(plan.host, plan.path));
  const [head] = await once(socket, 'data');
  if (!String(head).startsWith('HTTP/1.1 101 ')) throw new Error(`no WebSocket: ${String(head).split('\r\n')[0]}`);
  return socket;
}
