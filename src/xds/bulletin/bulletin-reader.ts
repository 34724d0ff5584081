import type { ClientHttp2Session } from 'node:http2';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepAsking } from '../client/ping.ts';
import { bulletinPath } from './bulletin.ts';

export interface BulletinReaderOptions {
  /** `host:port`. */
  readonly server: string;
  /** The name that its certificate must have. */
  readonly serverName: string;
  /** PEM of the authorities that may vouch for it; read anew for each connection. */
  authority(): string;
  /** By which the server knows us; read anew for each connection. */
  token(): string;
  onTold(key: string, text: string | undefined): void;
  /** The connection ended: what was told may be wrong by now. */
  onLost(): void;
  onTrouble(message: string): void;
}

const [shortestWaitMs, longestWaitMs] = [200, 5000];

/** Reads the bulletin of another replica, and connects again for as long as it runs. */
export class BulletinReader {
  readonly #options: BulletinReaderOptions;
  readonly #ended = new AbortController();
  #session: ClientHttp2Session | undefined;
  #told: string | undefined;

  constructor(options: BulletinReaderOptions) {
    this.#options = options;
  }

  /** Runs until `stop`; never rejects. */
  async run(): Promise<void> {
    let waitMs = shortestWaitMs;
    while (!this.#ended.signal.aborted) {
      const heard = await this.#read();
      if (heard) this.#options.onLost();
      waitMs = heard ? shortestWaitMs : Math.min(waitMs * 2, longestWaitMs);
      await sleep(waitMs * (0.5 + Math.random()), undefined, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  stop(): void {
    this.#ended.abort();
    this.#session?.destroy();
  }

  /** One connection until it ends; whether it told anything. */
  #read(): Promise<boolean> {
    const { server, serverName, authority, token, onTold } = this.#options;
    return new Promise((resolve) => {
      let [heard, rest] = [false, ''];
      const session = process.getBuiltinModule('node:http2').connect(`https://${server}`, { ca: authority(), servername: serverName, minVersion: 'TLSv1.3' });
      this.#session = session;
      keepAsking(session);
      session.on('error', (error) => this.#say(error.message));
      session.on('close', () => resolve(heard));
      const stream = session.request({ ':path': bulletinPath, authorization: `Bearer ${token()}` });
      stream.on('error', (error) => this.#say(error.message));
      stream.on('close', () => session.destroy());
      stream.on('response', (headers) => {
        if (headers[':status'] !== 200) this.#say(`it answers ${headers[':status']}`);
        else {
          heard = true;
          this.#told = undefined;
        }
      });
      stream.setEncoding('utf8').on('data', (part: string) => {
        if (!heard) return;
        const lines = (rest + part).split('\n');
        rest = lines.pop()!;
        for (const line of lines) {
          const [key, text] = JSON.parse(line) as [string, string | null];
          onTold(key, text ?? undefined);
        }
      });
    });
  }

  /** The same trouble is said once. */
  #say(message: string): void {
    if (message === this.#told || this.#ended.signal.aborted) return;
    this.#told = message;
    this.#options.onTrouble(`the controller at ${this.#options.server}: ${message}`);
  }
}
