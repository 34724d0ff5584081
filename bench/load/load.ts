/** One run of load against one proxy. */
import { once } from 'node:events';
import type { Child, Children } from '../children.ts';
import type { RequestLine } from '../route-table.ts';
import type { Front } from '../workloads.ts';

/** Where the load goes, and for how long. */
export interface LoadTarget {
  readonly children: Children;
  readonly core: number;
  /** Takes the files that the tool needs. */
  readonly folder: string;
  readonly address: string;
  readonly port: number;
  readonly front: Front;
  readonly seconds: number;
  readonly requests: readonly RequestLine[];
}

/** What the tool counted. Latencies in microseconds. */
export interface LoadResult {
  /** Requests, messages, packets. */
  readonly units: number;
  readonly microseconds: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** What failed, by kind. */
  readonly errors: Readonly<Record<string, number>>;
}

export interface Load {
  readonly child: Child;
  /** Settles when the tool ends by itself, or after SIGINT. */
  readonly result: Promise<LoadResult>;
}

export function errorCount(result: LoadResult): number {
  return Object.values(result.errors).reduce((sum, count) => sum + count, 0);
}

/** All that a child writes to its standard output until it ends. */
export async function outputOf(child: Child): Promise<string> {
  let text = '';
  child.process.stdout!.setEncoding('utf8').on('data', (part: string) => { text += part; });
  await once(child.process, 'close');
  return text;
}

/** The line `RESULT {json}` that our own tools and the wrk script end with. */
export async function resultLine(child: Child): Promise<LoadResult> {
  const text = await outputOf(child);
  const found = /^RESULT (.*)$/m.exec(text);
  if (found === null) throw new Error(`${child.name} gave no result:\n${text}\n${child.logTail()}`);
  return JSON.parse(found[1]!);
}
