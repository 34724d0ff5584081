import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { CheckFailed } from '../check.ts';
import { Api } from './api.ts';
import type { Installation } from './installation.ts';

const tool = join(import.meta.dirname, '../../cluster/cluster');
const pauseMs = 150;

export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** The running cluster, seen from outside its node, with an administrator's rights. */
export class Cluster {
  readonly api: Api;
  #postern: Installation | undefined;

  private constructor(api: Api) {
    this.api = api;
  }

  static async open(): Promise<Cluster> {
    const kubeconfig = process.env['KUBECONFIG'];
    if (kubeconfig === undefined) throw new Error('KUBECONFIG names no file');
    return new Cluster(await Api.open(kubeconfig));
  }

  /** Postern as it is installed here. */
  get postern(): Installation {
    if (this.#postern === undefined) throw new Error('Postern is not installed');
    return this.#postern;
  }

  set postern(installation: Installation) {
    this.#postern = installation;
  }

  /** Runs kubectl to its end. */
  kubectl(args: readonly string[], input?: string): Promise<Ended> {
    return run('kubectl', args, input);
  }

  /** The same, where it must succeed. */
  async mustKubectl(args: readonly string[], input?: string): Promise<string> {
    const { code, output, errors } = await this.kubectl(args, input);
    if (code !== 0) throw new Error(`kubectl ${args.join(' ')}: ${errors || output}`);
    return output;
  }

  /** A command of `npm run cluster`. */
  async tool(args: readonly string[]): Promise<string> {
    const { code, output, errors } = await run(tool, args);
    if (code !== 0) throw new Error(`cluster ${args.join(' ')}: ${errors || output}`);
    return output;
  }

  /** Asks again and again until `find` finds something. */
  async until<T>(what: string, seconds: number, find: () => Promise<T | undefined>): Promise<T> {
    const end = Date.now() + seconds * 1000;
    for (;;) {
      const found = await find();
      if (found !== undefined) return found;
      if (Date.now() > end) throw new CheckFailed(`${what} did not come in ${seconds} s`);
      await delay(pauseMs);
    }
  }

  close(): void {
    this.api.close();
  }
}

async function run(program: string, args: readonly string[], input = ''): Promise<Ended> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => { output += text; });
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text; });
  child.stdin.end(input);
  const [code] = await once(child, 'close') as [number | null];
  return { code: code ?? 1, output, errors };
}
