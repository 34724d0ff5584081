/** A client on one keep-alive connection that asks until a save is live. */
import { Agent, request } from 'node:http';
import type { RunningPeer } from '../peers/peer.ts';
import type { RequestLine } from '../route-table.ts';
import { saveHeader } from './editor.ts';

export class Watcher {
  readonly #peer: RunningPeer;
  readonly #line: RequestLine;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  /** Requests that were not answered with 200. */
  readonly failures: string[] = [];

  constructor(peer: RunningPeer, line: RequestLine) {
    this.#peer = peer;
    this.#line = line;
  }

  /** Milliseconds until an answer came from save `number` or a later one; undefined after `limitMs`. */
  async untilLive(number: number, limitMs: number): Promise<number | undefined> {
    const began = performance.now();
    for (;;) {
      const seen = await this.#ask();
      const passed = performance.now() - began;
      if (seen >= number) return passed;
      if (passed > limitMs) return undefined;
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  /** The save that answered; -1 for a failure. */
  #ask(): Promise<number> {
    return new Promise((resolve) => {
      const failed = (reason: string): void => {
        this.failures.push(reason);
        resolve(-1);
      };
      const { address: host, port } = this.#peer;
      const sent = request({ host, port, path: this.#line.path, headers: { host: this.#line.host }, agent: this.#agent, timeout: 5000 }, (response) => {
        response.resume();
        response.on('error', (error) => failed(error.message));
        response.on('end', () => {
          if (response.statusCode === 200) resolve(Number(response.headers[saveHeader] ?? -1));
          else failed(`status ${response.statusCode}`);
        });
      });
      sent.on('timeout', () => sent.destroy(new Error('no answer within 5 s')));
      sent.on('error', (error) => failed(error.message));
      sent.end();
    });
  }
}
