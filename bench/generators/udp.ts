import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { Latencies } from './latencies.ts';
import type { GeneratorPlan } from './plan.ts';

const packet = Buffer.alloc(100, 'x');
const lostAfterMs = 500;

/** Each socket sends a packet when the one before has come back. One that does not within half a second is lost, and counts as failed. */
export async function echoUdp(plan: GeneratorPlan, latencies: Latencies): Promise<void> {
  const sessions = await Promise.all(Array.from({ length: plan.connections }, () => session(plan, latencies)));
  const watch = setInterval(() => { for (const one of sessions) one.look(); }, 100);
  await pause(plan.seconds * 1000);
  clearInterval(watch);
  for (const one of sessions) one.socket.close();
}

async function session(plan: GeneratorPlan, latencies: Latencies): Promise<{ readonly socket: Socket; look(): void }> {
  const socket = createSocket('udp4');
  socket.connect(plan.port, plan.address);
  await once(socket, 'connect');
  let sent = performance.now();
  const send = (): void => {
    sent = performance.now();
    socket.send(packet);
  };
  socket.on('error', () => latencies.failed('error'));
  socket.on('message', () => {
    latencies.add(performance.now() - sent);
    send();
  });
  send();
  return {
    socket,
    look() {
      if (performance.now() - sent < lostAfterMs) return;
      latencies.failed('lost');
      send();
    },
  };
}
