import { fork, type ChildProcess, type SendHandle } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { SharedHandle } from '../listen/shared-handle.ts';
import type { Answered, Question, Questions, Said } from './messages.ts';

/** Beside this file, in the form that this file has. */
const program = fileURLToPath(new URL(`./worker-main${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`, import.meta.url));

/** One worker process, seen from its parent. */
export class Worker {
  /** Resolves when the process is gone, with how it ended, such as `SIGKILL` or `exit code 1`. */
  readonly ended: Promise<string>;
  hasEnded = false;
  /** Places whose port it has. */
  readonly places: Set<string> = new Set();
  /** Counters that it last told. */
  figures: Questions['stats']['answer'] | undefined;
  /** Metrics that it last told. */
  metrics: Questions['metrics']['answer'] = [];
  /** Up to which line of its log it was read. */
  line = 0;
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, (answer: unknown) => void>();
  private lastId = 0;

  /** `say` is told what a person should know. */
  constructor(say: (line: string) => void) {
    this.child = fork(program, { serialization: 'advanced', stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.child.on('message', (message: Answered | Said) => {
      if ('say' in message) say(`Worker ${this.child.pid}: ${message.say}`);
      else this.answered(message.id, message.answer);
    });
    // A message that cannot be delivered is one to a worker that has ended, which is seen in its own way.
    this.child.on('error', () => undefined);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (code, signal) => {
        this.hasEnded = true;
        for (const id of this.waiting.keys()) this.answered(id, undefined);
        resolve(signal ?? `exit code ${code}`);
      });
    });
  }

  /** Lets it end in peace, and keeps what it leaves behind. */
  async drain(graceMs: number, isPatient: boolean): Promise<void> {
    const last = await this.ask('drain', { graceMs, isPatient });
    if (last === undefined) return;
    this.figures = last.stats;
    this.metrics = last.metrics;
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Asks in the order of the calls; undefined where the worker ends before it answers, and where there is nothing to say. */
  ask<Q extends Question>(kind: Q, ask: Questions[Q]['ask'], handle?: SharedHandle): Promise<Questions[Q]['answer'] | undefined> {
    if (this.hasEnded || !this.child.connected) return Promise.resolve(undefined);
    const id = ++this.lastId;
    const answer = new Promise<Questions[Q]['answer'] | undefined>((resolve) => {
      this.waiting.set(id, resolve as (answer: unknown) => void);
    });
    this.child.send({ kind, id, ...ask }, handle as unknown as SendHandle);
    return answer;
  }

  private answered(id: number, answer: unknown): void {
    this.waiting.get(id)?.(answer);
    this.waiting.delete(id);
  }

  /** Ends it at once. */
  kill(): void {
    this.child.kill('SIGKILL');
  }
}
