/** A proxy in a process of its own, so that what an attack costs can be measured apart from the attacker. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Ir } from '../../../src/ir/index.ts';
import type { ProxySettings, ProxyStats } from '../../../src/proxy/index.ts';

/** What the process tells of itself. */
export interface Report {
  readonly stats: ProxyStats;
  /** Highest resident memory so far, bytes. */
  readonly peakBytes: number;
  /** Objects and buffers, bytes; live ones only after a collection. */
  readonly liveBytes: number;
}

export interface Order {
  readonly ir: Ir;
  readonly settings: ProxySettings;
}

/** `collect`: garbage goes first. */
export type Question = 'report' | 'collect';

export interface ServedElsewhere {
  readonly port: number;
  readonly child: ChildProcess;
  /** Everything that the process wrote to its outputs. */
  readonly output: () => string;
  report(question?: Question): Promise<Report>;
  /** Asks for reports until one holds. */
  until(holds: (report: Report) => boolean): Promise<Report>;
}

export interface Circumstances {
  /** Most file descriptors that the process may have. */
  readonly descriptors?: number;
}

/** Starts the process and serves an IR until the test ends. It must be plain data, so without keys. */
export async function serveElsewhere(t: Pick<TestContext, 'after'>, order: Order, { descriptors }: Circumstances = {}): Promise<ServedElsewhere> {
  const program = [process.execPath, '--expose-gc', '--disable-warning=ExperimentalWarning', join(import.meta.dirname, 'proxy-program.ts')];
  const limit = descriptors === undefined ? '' : `ulimit -n ${descriptors}; `;
  const child = spawn('/bin/sh', ['-c', `${limit}exec "$@"`, 'sh', ...program], { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  t.after(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (piece: Buffer) => { output += piece.toString('latin1'); });
  // One question at a time: answers have no names.
  let last: Promise<unknown> = Promise.resolve();
  const askNow = async (message: Order | Question): Promise<unknown> => {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error(`the proxy is gone: ${output}`);
    const gone = new AbortController();
    const answer = Promise.race([
      once(child, 'message', { signal: gone.signal }).then(([it]) => it as unknown),
      once(child, 'exit', { signal: gone.signal }).then(() => { throw new Error(`the proxy is gone: ${output}`); }),
    ]);
    // A process that is gone says so by its exit.
    child.send(message, () => undefined);
    return answer.finally(() => gone.abort());
  };
  const ask = (message: Order | Question): Promise<unknown> => {
    const answer = last.then(() => askNow(message));
    last = answer.catch(() => undefined);
    return answer;
  };
  const port = await ask(order) as number;
  const report = async (question: Question = 'report'): Promise<Report> => await ask(question) as Report;
  const until = async (holds: (it: Report) => boolean): Promise<Report> => {
    for (;;) {
      const it = await report();
      if (holds(it)) return it;
      await new Promise((resolve) => { setTimeout(resolve, 20); });
    }
  };
  return { port, child, output: () => output, report, until };
}
