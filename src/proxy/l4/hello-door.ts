import type { Socket } from 'node:net';
import type { UntoldCause } from '../errors.ts';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import { ClientHelloReader } from './client-hello.ts';

/** Who gets a socket and the server name that its client asked for, or is told why there is none. */
export interface HelloTaker {
  lead(socket: Socket, serverName: string): void;
  /** Closes the socket. */
  refuse(cause: UntoldCause): void;
}

/**
 * Waits for the ClientHello of an accepted socket, then puts its bytes back and hands the socket over with the server name. What is
 * not TLS, or does not come in time, is closed without an alert: whoever reads on past the hello decides what is said.
 */
export function awaitHello(socket: Socket, runtime: Runtime, taker: HelloTaker): void {
  socket.on('data', new HelloDoor(socket, runtime, taker).onData);
}

class HelloDoor {
  private readonly socket: Socket;
  private readonly runtime: Runtime;
  private readonly reader: ClientHelloReader;
  private readonly timer: Timer;
  private readonly taker: HelloTaker;
  readonly onData = (chunk: Buffer): void => this.receive(chunk);
  private readonly onEnd = (): void => this.taker.refuse('not-tls');
  private readonly onClose = (): void => this.runtime.wheel.remove(this.timer);

  constructor(socket: Socket, runtime: Runtime, taker: HelloTaker) {
    this.socket = socket;
    this.runtime = runtime;
    this.reader = new ClientHelloReader(runtime.options.limits.helloBytes);
    this.timer = new Timer(() => taker.refuse('handshake-timeout'));
    this.taker = taker;
    runtime.wheel.arm(this.timer, runtime.options.timeouts.handshakeMs);
    socket.on('end', this.onEnd);
    socket.on('close', this.onClose);
  }

  private receive(chunk: Buffer): void {
    const hello = this.reader.feed(chunk);
    if (hello.state === 'incomplete') return;
    if (hello.state === 'refused') return this.taker.refuse(hello.because);
    this.runtime.wheel.remove(this.timer);
    const { socket } = this;
    socket.off('data', this.onData);
    socket.off('end', this.onEnd);
    socket.off('close', this.onClose);
    socket.pause();
    socket.unshift(this.reader.bytes);
    this.taker.lead(socket, hello.serverName);
  }
}
