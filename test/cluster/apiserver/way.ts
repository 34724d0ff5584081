import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** A way to a port of this machine that a test can make bad. */
export class Way {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #newcomers: 'pass' | 'hang' | 'refused' = 'pass';

  private constructor(port: number) {
    this.#server = createServer((near) => {
      if (this.#newcomers === 'refused') return void near.destroy();
      this.#join(near, connect(port, '127.0.0.1'));
      if (this.#newcomers === 'hang') this.stall();
    });
  }

  static async to(context: Pick<TestContext, 'after'>, port: number): Promise<Way> {
    const way = new Way(port);
    way.#server.listen(0, '127.0.0.1');
    await once(way.#server, 'listening');
    context.after(() => {
      way.#server.close();
      way.cut();
    });
    return way;
  }

  get url(): URL {
    return new URL(`https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`);
  }

  /** What is open stays open, and nothing comes through any more; new connections are as before. */
  stall(): void {
    for (const socket of this.#sockets) socket.pause();
  }

  /** The same, and new connections hang too. */
  hang(): void {
    this.#newcomers = 'hang';
    this.stall();
  }

  /** Ends what is open at once, stalled or not. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Ends what is open and lets nobody through. */
  block(): void {
    this.#newcomers = 'refused';
    this.cut();
  }

  /** What hangs hangs on; new connections pass. */
  unblock(): void {
    this.#newcomers = 'pass';
  }

  #join(near: Socket, far: Socket): void {
    for (const [one, other] of [[near, far], [far, near]] as const) {
      this.#sockets.add(one);
      // A broken connection is all that these errors say, and closing tells the other side.
      one.on('error', () => other.destroy());
      one.on('close', () => {
        this.#sockets.delete(one);
        other.destroy();
      });
      one.on('data', (part: Buffer) => void other.write(part));
    }
  }
}
