import type { Socket } from 'node:net';
import type { Runtime } from '../runtime.ts';
import { Timer } from '../time/wheel.ts';
import { ClientHelloReader } from './client-hello.ts';

/** Who gets a socket and the server name that its client asked for. */
export type HelloTaker = (socket: Socket, serverName: string) => void;

/**
 * Waits for the ClientHello of an accepted socket, then puts its bytes back and hands the socket over with the server name. What is
 * not TLS, or does not come in time, is closed without an alert: whoever reads on past the hello decides what is said.
 */
export function awaitHello(socket: Socket, runtime: Runtime, lead: HelloTaker): void {
  socket.on('data', new HelloDoor(socket, runtime, lead).onData);
}

class HelloDoor {
  private readonly socket: Socket;
  private readonly runtime: Runtime;
  private readonly reader: ClientHelloReader;
  private readonly timer: Timer;
  private readonly lead: HelloTaker;
  readonly onData = (chunk: Buffer): void => this.receive(chunk);
  private readonly onEnd = (): void => this.refuse();
  private readonly onClose = (): void => this.runtime.wheel.remove(this.timer);

  constructor(socket: Socket, runtime: Runtime, lead: HelloTaker) {
    this.socket = socket;
    this.runtime = runtime;
    this.reader = new ClientHelloReader(runtime.options.limits.helloBytes);
    this.timer = new Timer(() => this.refuse());
    this.lead = lead;
    runtime.wheel.arm(this.timer, runtime.options.timeouts.handshakeMs);
    socket.on('end', this.onEnd);
    socket.on('close', this.onClose);
  }

  private receive(chunk: Buffer): void {
    const hello = this.reader.feed(chunk);
    if (hello.state === 'incomplete') return;
    if (hello.state === 'refused') return this.refuse();
    this.runtime.wheel.remove(this.timer);
    const { socket } = this;
    socket.off('data', this.onData);
    socket.off('end', this.onEnd);
    socket.off('close', this.onClose);
    socket.pause();
    socket.unshift(this.reader.bytes);
    this.lead(socket, hello.serverName);
  }

  private refuse(): void {
    this.runtime.stats.streamsRefused++;
    this.socket.destroy();
  }
}
