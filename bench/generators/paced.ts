import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Latencies } from './latencies.ts';
import type { GeneratorPlan } from './plan.ts';

/** How long the last answers are waited for. */
const lastAnswersMs = 5000;

interface Connection {
  readonly socket: Socket;
  /** When its request was due; NaN while it is free. */
  due: number;
  received: string;
}

/**
 * HTTP/1.1 GET at a fixed rate, whatever the answers do: request n is due at n / rate, waits for a free connection if it has to, and its
 * latency counts from when it was due. So a proxy that stops for 100 ms is seen by all requests of these 100 ms (no coordinated omission).
 */
export async function paced(plan: GeneratorPlan, latencies: Latencies): Promise<void> {
  const text = `GET ${plan.path} HTTP/1.1\r\nHost: ${plan.host}\r\nUser-Agent: bench/1\r\nAccept: application/json\r\n\r\n`;
  const free: Connection[] = [];
  const connections = await Promise.all(Array.from({ length: plan.connections }, () => open(plan, latencies, free)));
  free.push(...connections);
  const total = Math.floor(plan.rate * plan.seconds);
  const everyMs = 1000 / plan.rate;
  const began = performance.now();
  const end = began + plan.seconds * 1000 + lastAnswersMs;
  let next = 0;
  while (performance.now() < end && (next < total || free.length < connections.length)) {
    for (let due = began + next * everyMs; next < total && due <= performance.now() && free.length > 0; due = began + ++next * everyMs) {
      const connection = free.pop()!;
      connection.due = due;
      connection.socket.write(text);
    }
    await turn();
  }
  if (latencies.count < total) latencies.failed('unanswered', total - latencies.count);
  for (const { socket } of connections) socket.destroy();
}

/** One turn of the event loop, without waiting: a timer would be late by up to a millisecond, which is what is measured here. */
function turn(): Promise<void> {
  return new Promise((resolve) => { setImmediate(resolve); });
}

async function open(plan: GeneratorPlan, latencies: Latencies, free: Connection[]): Promise<Connection> {
  const socket = connect({ host: plan.address, port: plan.port, noDelay: true });
  await once(socket, 'connect');
  const connection: Connection = { socket, due: Number.NaN, received: '' };
  socket.setEncoding('latin1').on('data', (part: string) => {
    connection.received += part;
    if (!isWhole(connection.received)) return;
    if (connection.received.startsWith('HTTP/1.1 200 ')) latencies.add(performance.now() - connection.due);
    else latencies.failed('status');
    connection.received = '';
    free.push(connection);
  });
  socket.on('error', () => latencies.failed('connection'));
  return connection;
}

/** Whether an answer with Content-Length, or chunked in one piece, has come to its end. */
function isWhole(text: string): boolean {
  const head = text.indexOf('\r\n\r\n');
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(text.slice(0, head));
  return length === null ? text.endsWith('\r\n0\r\n\r\n') : text.length >= head + 4 + Number(length[1]);
}
