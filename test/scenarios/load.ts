import type { RequestSpec } from './check.ts';
import { Client, type Answer, type NoAnswer, type Target } from './send.ts';

/** A steady stream of requests that counts what fails, for steps that must not drop one. */
export class Load {
  readonly #client: Client;
  readonly #timer: NodeJS.Timeout;
  readonly #running = new Set<Promise<void>>();
  readonly #failures: string[] = [];
  #sent = 0;
  #reached = (): void => undefined;

  constructor(options: { request: RequestSpec; target: Target; authority: string; perSecond: number; connections: number }) {
    const { request, target, authority, perSecond, connections } = options;
    this.#client = new Client(connections, authority);
    this.#timer = setInterval(() => {
      this.#sent++;
      const one = this.#client.send(request, target).then((answer) => this.#note(answer)).finally(() => this.#running.delete(one));
      this.#running.add(one);
      this.#reached();
    }, 1000 / perSecond);
  }

  get failures(): readonly string[] {
    return this.#failures;
  }

  /** Resolves when so many requests more were sent and all are answered. */
  async more(count: number): Promise<void> {
    const until = this.#sent + count;
    await new Promise<void>((resolve) => { this.#reached = () => { if (this.#sent >= until) resolve(); }; });
    await Promise.all(this.#running);
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#running);
    this.#client.close();
  }

  #note(answer: Answer | NoAnswer): void {
    if ('error' in answer) this.#failures.push(`${answer.error} (${answer.code})`);
    else if (answer.status !== 200) this.#failures.push(`status ${answer.status}`);
  }
}
