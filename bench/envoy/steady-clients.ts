/** Clients on kept connections that ask all the time, and count what goes wrong. */
import { Agent, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

export interface Place {
  readonly host: string;
  readonly path: string;
}

export interface SteadyClients {
  readonly requests: number;
  /** Requests that were not answered with 200. */
  readonly failures: readonly string[];
  /** Connections of the load that ended before the end. */
  readonly connectionsLost: number;
  /** Asks until `holds` says so of an answer's `x-save` and status; milliseconds. */
  untilLive(place: Place, holds: (save: string | undefined, status: number) => boolean): Promise<number>;
  close(): void;
}

const [connections, pauseMs, limitMs] = [8, 15, 60_000];

interface Answer {
  readonly status: number;
  readonly save: string | undefined;
}

function ask(port: number, { host, path }: Place, agent: Agent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, headers: { host }, agent, timeout: limitMs }, (response) => {
      response.resume().on('error', reject).on('end', () => resolve({ status: response.statusCode!, save: response.headers['x-save'] as string | undefined }));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer'))).on('error', reject).end();
  });
}

/** A load on `port` for these hosts in turn. */
export function steadyClients(port: number, hosts: readonly string[]): SteadyClients {
  const failures: string[] = [];
  let [requests, lost, isOpen] = [0, 0, true];
  const keeper = (): Agent => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    agent.on('free', (socket: Duplex) => {
      if (socket.listenerCount('close', noteLoss) === 0) socket.on('close', noteLoss);
    });
    return agent;
  };
  function noteLoss(): void {
    if (isOpen) lost++;
  }
  const agents = Array.from({ length: connections }, keeper);
  for (const [index, agent] of agents.entries()) {
    void (async () => {
      while (isOpen) {
        const answer = await ask(port, { host: hosts[index % hosts.length]!, path: '/' }, agent).catch((error: Error) => error);
        requests++;
        if (isOpen && (answer instanceof Error || answer.status !== 200)) failures.push(answer instanceof Error ? answer.message : `status ${answer.status}`);
        await pause(pauseMs);
      }
    })();
  }
  const watching = new Agent({ keepAlive: true, maxSockets: 1 });
  return {
    get requests() { return requests; },
    get connectionsLost() { return lost; },
    failures,
    async untilLive(place, holds) {
      const began = performance.now();
      for (;;) {
        const { status, save } = await ask(port, place, watching);
        if (holds(save, status)) return performance.now() - began;
        if (performance.now() - began > limitMs) throw new Error(`${place.host}: not live after ${limitMs / 1000} s; the last answer was ${status}`);
      }
    },
    close() {
      isOpen = false;
      for (const agent of [...agents, watching]) agent.destroy();
    },
  };
}
