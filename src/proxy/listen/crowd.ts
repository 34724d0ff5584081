import type { Socket } from 'node:net';
import type { ProxyStats } from '../stats.ts';

/**
 * The client connections of all ports together. Beyond a limit new ones are closed: a process without file descriptors could serve
 * nobody, since it could not reach backends either, and the runtime would drop connections without a word.
 */
export class Crowd {
  private open = 0;
  private isFull = false;
  private readonly most: number;
  private readonly stats: Pick<ProxyStats, 'acceptErrors'>;
  private readonly say: (line: string) => void;
  private readonly onClose = (): void => {
    this.open--;
    // Said again only after a calmer time, so that a crowd at the limit does not fill a log.
    if (this.open < this.most * 0.9) this.isFull = false;
  };

  constructor(most: number, stats: Pick<ProxyStats, 'acceptErrors'>, say: (line: string) => void) {
    this.most = most;
    this.stats = stats;
    this.say = say;
  }

  /** Lets a connection in, or closes it and answers false. */
  admits(socket: Socket): boolean {
    if (this.open >= this.most) {
      socket.destroy();
      this.refuse();
      return false;
    }
    this.open++;
    socket.once('close', this.onClose);
    return true;
  }

  private refuse(): void {
    this.stats.acceptErrors++;
    if (this.isFull) return;
    this.isFull = true;
    this.say(`${this.most} client connections are open, which is the limit; new ones are closed. Raise the limit of open files (ulimit -n), or --limit connections=N.`);
  }
}
