/** A port that listens and accepts nothing: once its queue is full, connecting to it hangs. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { TestContext } from 'node:test';
import { Worker } from 'node:worker_threads';

/** Listens with the smallest queue, tells its port, and then never turns its loop again. */
const program = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  setImmediate(() => { Atomics.wait(workerData, 0, 0); });
});
`;
/** More than the queue takes. */
const fillers = 8;

/** Answers its port. */
export async function fullServer(t: Pick<TestContext, 'after'>): Promise<number> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(program, { eval: true, workerData: gate });
  const [port] = await once(worker, 'message') as [number];
  const sockets = Array.from({ length: fillers }, () => connect(port, '127.0.0.1'));
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
    await worker.terminate();
  });
  for (const socket of sockets) socket.on('error', () => socket.destroy());
  // The queue is full as soon as as many are connected as it takes: one more than the backlog.
  let connected = 0;
  await new Promise<void>((resolve) => {
    for (const socket of sockets) {
      socket.once('connect', () => {
        connected++;
        if (connected === 2) resolve();
      });
    }
  });
  return port;
}
