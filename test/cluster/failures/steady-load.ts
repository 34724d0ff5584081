import { Agent, request } from 'node:http';

/** Requests that never stop, each asked for by the test, and what became of them. */
export class SteadyLoad {
  readonly failures: string[] = [];
  answers = 0;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 4 });
  readonly #lanes: Promise<void>[];
  #isEnding = false;

  /** `path` gives the next one; `isGood` judges an answer's status. */
  constructor(port: number, path: () => string, isGood: (status: number) => boolean) {
    this.#lanes = Array.from({ length: 4 }, async () => {
      while (!this.#isEnding) {
        const status = await this.#ask(port, path()).catch((error: Error) => error.message);
        if (typeof status === 'number' && isGood(status)) this.answers++;
        else this.failures.push(`${new Date().toISOString()} ${status}`);
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    });
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    await Promise.all(this.#lanes);
    this.#agent.destroy();
  }

  #ask(port: number, path: string): Promise<number> {
    return new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path, agent: this.#agent, headers: { host: 'load.example' } }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0)).on('error', reject);
      }).on('error', reject).end();
    });
  }
}
