/** One run of wrk against one proxy. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';
import type { Child, Children } from './children.ts';
import type { RequestLine } from './route-table.ts';

export interface LoadOptions {
  readonly children: Children;
  readonly core: number;
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  readonly connections: number;
  readonly seconds: number;
  readonly requests: readonly RequestLine[];
  /** How long each connection waits before its next request; absent: not at all. */
  readonly pauseMs?: number;
}

/** What wrk counted. Latencies in microseconds. */
export interface LoadResult {
  readonly requests: number;
  readonly microseconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  readonly errors: { readonly connect: number; readonly read: number; readonly write: number; readonly timeout: number; readonly status: number };
}

export interface Load {
  readonly child: Child;
  /** Settles when wrk ends by itself, or after SIGINT. */
  readonly result: Promise<LoadResult>;
}

export function startLoad(options: LoadOptions): Load {
  const requestsFile = join(options.folder, 'requests.txt');
  writeFileSync(requestsFile, options.requests.map((line) => `${line.host} ${line.path}\n`).join(''));
  const args = [
    '-t1', `-c${options.connections}`, `-d${options.seconds}s`, '--timeout', '5s', '--latency',
    '-s', join(import.meta.dirname, 'load.lua'), `http://${options.address}:${options.port}`, '--', requestsFile, String(options.pauseMs ?? 0),
  ];
  const child = options.children.start({ name: 'wrk', core: options.core, command: 'wrk', args, stdout: 'pipe' });
  return { child, result: readResult(child) };
}

async function readResult(child: Child): Promise<LoadResult> {
  let text = '';
  child.process.stdout!.setEncoding('utf8').on('data', (part: string) => { text += part; });
  await once(child.process, 'close');
  const found = /^RESULT (.*)$/m.exec(text);
  if (found === null) throw new Error(`wrk gave no result:\n${text}\n${child.logTail()}`);
  return JSON.parse(found[1]!);
}

export function errorCount(result: LoadResult): number {
  return Object.values(result.errors).reduce((sum, count) => sum + count, 0);
}
