import type { Socket } from 'node:net';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import { announce } from './announced-clients.ts';
import { readProxyHeader } from './proxy-header.ts';

/** Who gets a socket whose header is read, or closes it. */
export interface HeaderTaker {
  /** The socket is paused; what came behind the header is put back. */
  lead(socket: Socket): void;
  /** Closes the socket. */
  refuse(cause: 'bad-proxy-header'): void;
}

/** Waits for the PROXY protocol header of an accepted socket. It must come first, whole and in time: without it nobody knows whose bytes follow. */
export function awaitProxyHeader(socket: Socket, runtime: Runtime, taker: HeaderTaker): void {
  let come: Buffer | undefined;
  const timer = new Timer(() => taker.refuse('bad-proxy-header'));
  const onEnd = (): void => taker.refuse('bad-proxy-header');
  const onClose = (): void => runtime.wheel.remove(timer);
  const onData = (chunk: Buffer): void => {
    come = come === undefined ? chunk : Buffer.concat([come, chunk]);
    const header = readProxyHeader(come);
    if (header.state === 'incomplete') return;
    if (header.state === 'refused') return taker.refuse('bad-proxy-header');
    runtime.wheel.remove(timer);
    socket.off('data', onData).off('end', onEnd).off('close', onClose);
    socket.pause();
    if (header.source !== undefined) announce(socket, header.source);
    if (come.length > header.length) socket.unshift(come.subarray(header.length));
    taker.lead(socket);
  };
  runtime.wheel.arm(timer, runtime.options.timeouts.handshakeMs);
  socket.on('data', onData).on('end', onEnd).on('close', onClose);
}
