import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { AppliedEvent, Serving } from './serving.ts';

const main = join(import.meta.dirname, '../../src/cli/main.ts');

const patienceMs = 20_000;
let started = 0;

/** A running `postern serve`. */
export class ServeProcess implements Serving {
  readonly #child: ChildProcess;
  readonly #waiting = new Set<() => void>();
  #latest: AppliedEvent | undefined;
  #admin: { readonly address: string; readonly port: number } | undefined;
  readonly #logged: Readonly<Record<string, unknown>>[] = [];
  #errors = '';
  #ended = false;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => { this.#errors += text; });
    child.once('close', () => { this.#ended = true; this.#wake(); });
    if (child.stdout === null) throw new Error('the child has no standard output');
    createInterface({ input: child.stdout }).on('line', (line) => this.#line(line));
  }

  /** Starts it on the folder and waits for its first configuration. */
  static async start(folder: string, { flags = [], demo = true }: { flags?: readonly string[]; demo?: boolean } = {}): Promise<ServeProcess> {
    const serving = new ServeProcess(serve(folder, ['-o', 'json', ...(demo ? ['--demo'] : []), ...flags]));
    await serving.until('the first configuration', () => true);
    return serving;
  }

  get latest(): AppliedEvent {
    if (this.#latest === undefined) throw new Error('nothing is applied yet');
    return this.#latest;
  }

  refresh(): Promise<AppliedEvent> {
    return Promise.resolve(this.latest);
  }

  async until(what: string, holds: (event: AppliedEvent) => boolean): Promise<AppliedEvent> {
    const end = Date.now() + patienceMs;
    for (;;) {
      if (this.#latest !== undefined && holds(this.#latest)) return this.#latest;
      if (this.#ended) throw new Error(`postern serve ended before ${what}: ${this.#errors}`);
      if (Date.now() >= end) throw new Error(`no configuration in ${patienceMs / 1000} s with ${what}; the latest is revision ${this.#latest?.revision ?? 0} ${this.#errors}`);
      await this.#nextEvent(end - Date.now());
    }
  }

  /** Where the admin endpoint is. */
  async admin(): Promise<{ readonly address: string; readonly port: number }> {
    return this.#untilThere('the admin endpoint', () => this.#admin);
  }

  /** The first line of the access log for which `holds` is true. */
  async logLine(holds: (line: Readonly<Record<string, unknown>>) => boolean): Promise<Readonly<Record<string, unknown>>> {
    return this.#untilThere('the line of the access log', () => this.#logged.find(holds));
  }

  async #untilThere<T>(what: string, find: () => T | undefined): Promise<T> {
    const end = Date.now() + patienceMs;
    for (;;) {
      const found = find();
      if (found !== undefined) return found;
      if (this.#ended || Date.now() >= end) throw new Error(`${what} did not come ${this.#errors}`);
      await this.#nextEvent(end - Date.now());
    }
  }

  open(gateway: string, port: number): { readonly address: string; readonly port: number } {
    const found = this.latest.gateways.find((candidate) => `${candidate.namespace}/${candidate.name}` === gateway);
    const bound = found?.listeners.find((listener) => listener.port === port && listener.bound !== undefined)?.bound;
    if (bound !== undefined) return bound;
    const address = found?.addresses[0];
    if (address === undefined) throw new Error(`Gateway ${gateway} has no address`);
    return { address, port };
  }

  async stop(): Promise<void> {
    if (this.#ended) return;
    const closed = once(this.#child, 'close');
    this.#child.kill('SIGTERM');
    const late = setTimeout(() => this.#child.kill('SIGKILL'), patienceMs);
    await closed;
    clearTimeout(late);
  }

  #line(line: string): void {
    const event = JSON.parse(line) as AppliedEvent | { readonly event: 'message' } | { readonly event: 'admin'; readonly address: string; readonly port: number } | { readonly event?: never };
    if (event.event === 'applied') this.#latest = event;
    else if (event.event === 'admin') this.#admin = event;
    else if (event.event === undefined) this.#logged.push(event as Readonly<Record<string, unknown>>);
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }

  #nextEvent(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.#waiting.add(() => { clearTimeout(timer); resolve(); });
    });
  }
}

/** A pool of its own for every child keeps runs on one machine apart. */
function serve(folder: string, flags: readonly string[]): ChildProcess {
  const pool = `127.${20 + process.pid % 200}.${started++ % 250}.0/24`;
  return spawn(process.execPath, [main, 'serve', folder, '--pool', pool, '--drain-time', '0', ...flags], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** What `postern serve` tells a person once it serves, without going on to serve. */
export async function summaryOf(folder: string, flags: readonly string[]): Promise<string> {
  const child = serve(folder, ['--demo', ...flags]);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      if (output.includes('Ctrl-C')) child.kill('SIGTERM');
    });
  }
  await once(child, 'close');
  return output;
}

/** Runs another command of Postern to its end. */
export async function runPostern(args: readonly string[]): Promise<{ readonly code: number; readonly output: string; readonly errors: string }> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text; });
  const [code] = await once(child, 'close');
  return { code, output, errors };
}
