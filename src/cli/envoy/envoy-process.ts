import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

export interface EnvoyProcessOptions {
  readonly program: string;
  /** Of its own, with `bootstrap.json`. */
  readonly folder: string;
  /** `group#instance`. */
  readonly nodeId: string;
  /** Threads that carry traffic; undefined: one a core. */
  readonly concurrency?: number;
  say(line: string): void;
  /** What it writes to standard output: its access log. */
  onOutput(text: string): void;
  /** Called with a sentence where it never gets ready; then it is not started again. */
  onHopeless(sentence: string): void;
}

const [shortestWaitMs, longestWaitMs] = [200, 10_000];
/** So often in a row it may end before it is ready. */
const mostVainStarts = 3;
/** Lines of its log that are told where it ends by itself. */
const mostLines = 8;

/** An Envoy that runs as a child of this process, and is started again where it ends by itself. */
export class EnvoyProcess {
  readonly #options: EnvoyProcessOptions;
  #child: ChildProcess | undefined;
  #isClosing = false;
  #waitMs = shortestWaitMs;
  #lines: string[] = [];
  #vainStarts = 0;
  #wasReady = false;

  constructor(options: EnvoyProcessOptions) {
    this.#options = options;
    // Whoever ends at once, takes it along.
    process.once('exit', () => this.#child?.kill('SIGKILL'));
  }

  start(): void {
    const { program, folder, nodeId, concurrency, onOutput } = this.#options;
    rmSync(this.#adminFile, { force: true });
    const child = spawn(program, [
      '-c', join(folder, 'bootstrap.json'), '--service-node', nodeId, '--use-dynamic-base-id', '--admin-address-path', this.#adminFile, '--log-level', 'warning',
      ...(concurrency === undefined ? [] : ['--concurrency', String(concurrency)]),
    // In a group of its own: Ctrl-C at a terminal is for us, who let requests end first.
    ], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#child = child;
    const startedAt = performance.now();
    child.stdout.setEncoding('utf8').on('data', (text: string) => onOutput(text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => { this.#lines = [...this.#lines, ...text.split('\n').filter((it) => it !== '')].slice(-mostLines); });
    child.once('error', (error) => this.#ended(error.message, startedAt));
    child.once('exit', (code, signal) => this.#ended(signal === null ? `exit code ${code}` : signal, startedAt));
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** `address:port` of its administration; undefined until it is open. */
  get admin(): string | undefined {
    try {
      const text = readFileSync(this.#adminFile, 'utf8').trim();
      return text === '' ? undefined : text;
    } catch {
      // Envoy writes the file when it has opened it.
      return undefined;
    }
  }

  /** Ends it at once. */
  stop(): Promise<void> {
    this.#isClosing = true;
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  }

  get #adminFile(): string {
    return join(this.#options.folder, 'admin-address');
  }

  #ended(how: string, startedAt: number): void {
    if (this.#isClosing) return;
    this.#wasReady ||= this.admin !== undefined;
    const lastWords = this.#lines.length === 0 ? '' : ` Its last words:\n  ${this.#lines.join('\n  ')}`;
    this.#lines = [];
    if (!this.#wasReady && ++this.#vainStarts === mostVainStarts) {
      this.#options.onHopeless(`${this.#options.program} ended ${mostVainStarts} times before it was ready (${how}); look whether it is an Envoy that runs on this machine: ${this.#options.program} --version.${lastWords}`);
      return;
    }
    this.#options.say(`Envoy ended by itself (${how}) and is started again.${lastWords}`);
    this.#waitMs = performance.now() - startedAt > longestWaitMs ? shortestWaitMs : Math.min(this.#waitMs * 2, longestWaitMs);
    setTimeout(() => { if (!this.#isClosing) this.start(); }, this.#waitMs);
  }
}
