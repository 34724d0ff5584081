/** A client outside the node that asks until it gets the answer that it waits for, over kept connections. */
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { QuickClient } from './quick-client.ts';

export interface Answer {
  /** 0: no answer. */
  readonly status: number;
  readonly version: string;
  readonly cause: string;
}

const patienceMs = 5000;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });

export function ask(address: string, host: string, own: Agent | false = agent): Promise<Answer> { // oxlint-disable-line max-params -- where and what.
  return new Promise((resolve) => {
    const sent = request({ host: address, port: 80, path: '/', agent: own, headers: { host }, timeout: patienceMs }, (response) => {
      const version = response.headers['x-version'];
      response.resume().on('end', () => resolve({ status: response.statusCode ?? 0, version: String(version ?? ''), cause: '' }));
      response.on('error', (error) => resolve({ status: 0, version: '', cause: error.message }));
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer in ${patienceMs} ms`)));
    sent.on('error', (error) => resolve({ status: 0, version: '', cause: error.message }));
    sent.end();
  });
}

const clients = new Map<string, QuickClient>();

/** Milliseconds until an answer is as wanted; asked at once and then every millisecond. */
export async function untilAnswered(address: string, host: string, isWanted: (answer: Answer) => boolean): Promise<number> { // oxlint-disable-line max-params -- where, what, until when.
  const client = clients.get(address) ?? new QuickClient(address);
  clients.set(address, client);
  const startedAt = performance.now();
  while (!isWanted(await client.ask(host))) {
    if (performance.now() - startedAt > 60_000) throw new Error(`${host} did not answer as expected in 60 s`);
    await pause(1);
  }
  return performance.now() - startedAt;
}
