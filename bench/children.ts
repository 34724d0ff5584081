/** Child processes of the bench: pinned to a core, watched, and all ended whatever happens. */
import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { searchPath } from './search-path.ts';
import { until } from './until.ts';

export interface ChildOptions {
  /** Used for the log file and in messages. */
  readonly name: string;
  readonly core: number;
  readonly command: string;
  readonly args: readonly string[];
  /** `pipe`: the caller reads stdout; else it goes to the log. */
  readonly stdout?: 'pipe';
}

export interface Child {
  readonly name: string;
  readonly pid: number;
  readonly process: ChildProcess;
  /** True once the process has ended. */
  ended(): boolean;
  /** The last lines that the child wrote to its log. */
  logTail(): string;
  stop(): Promise<void>;
}

export class Children {
  readonly #folder: string;
  readonly #running = new Set<Child>();
  #count = 0;

  /** `folder` takes the logs, and is removed when the bench ends. */
  constructor(folder: string) {
    this.#folder = folder;
    process.on('exit', () => {
      this.#killAll();
      rmSync(folder, { recursive: true, force: true });
    });
  }

  /** `setpriv` makes the kernel end the child even when the bench itself is killed; it and `taskset` exec, so the pid stays the child's. */
  start(options: ChildOptions): Child {
    const logPath = join(this.#folder, `${options.name}-${this.#count++}.log`);
    const log = openSync(logPath, 'w');
    const wrapped = ['--pdeathsig', 'KILL', 'taskset', '-c', String(options.core), options.command, ...options.args];
    const started = spawn('setpriv', wrapped, { stdio: ['ignore', options.stdout ?? log, log], env: { ...process.env, PATH: searchPath } });
    closeSync(log);
    if (started.pid === undefined) throw new Error(`${options.name} did not start: setpriv (Debian package util-linux) is missing`);
    const ended = (): boolean => started.exitCode !== null || started.signalCode !== null;
    const child: Child = {
      name: options.name,
      pid: started.pid,
      process: started,
      ended,
      logTail: () => readFileSync(logPath, 'utf8').split('\n').slice(-12).join('\n').trim(),
      stop: () => this.#stop(child),
    };
    started.once('exit', () => this.#running.delete(child));
    this.#running.add(child);
    return child;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running].map((child) => child.stop()));
  }

  async #stop(child: Child): Promise<void> {
    child.process.kill('SIGTERM');
    if (await until(child.ended, 5000)) return;
    child.process.kill('SIGKILL');
    await until(child.ended, 5000);
  }

  #killAll(): void {
    for (const child of this.#running) child.process.kill('SIGKILL');
  }
}
