import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, closeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** Ends a child with its parent, however that ends. */
const setpriv = ['/usr/bin/setpriv', '/bin/setpriv'].find((path) => existsSync(path));

export interface DaemonOptions {
  readonly program: string;
  readonly args: readonly string[];
  /** Gets its output, the newest run's last. */
  readonly log: string;
  /** Whether it answers; asked again and again after a start. */
  isReady(): Promise<boolean>;
}

/** A program that a test starts, ends and starts again. */
export class Daemon {
  readonly #options: DaemonOptions;
  #child: ChildProcess | undefined;

  constructor(options: DaemonOptions) {
    this.#options = options;
  }

  /** Resolves when it is ready; rejects with the end of its log where it ends before. */
  async start(): Promise<void> {
    const { program, args, log, isReady } = this.#options;
    const output = openSync(log, 'a');
    const [first, ...rest] = setpriv === undefined ? [program, ...args] : [setpriv, '--pdeathsig', 'KILL', program, ...args];
    const child = spawn(first!, rest, { stdio: ['ignore', output, output] });
    closeSync(output);
    this.#child = child;
    while (!await isReady().catch(() => false)) {
      if (child.exitCode !== null || child.signalCode !== null) throw new Error(`${program} ended:\n${readFileSync(log, 'utf8').slice(-2000)}`);
      await sleep(50);
    }
  }

  /** As a crash would. Resolves when it is gone. */
  kill(): Promise<void> {
    return this.#end('SIGKILL');
  }

  /** As an administrator would. */
  stop(): Promise<void> {
    return this.#end('SIGTERM');
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}
