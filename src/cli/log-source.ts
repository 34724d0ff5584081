import { createReadStream, existsSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fetchAdmin } from './admin-client.ts';
import { UsageError } from './command.ts';

/** How often a file, or a running program, is looked at for more. Milliseconds. */
const lookMs = 250;

export interface LogReader {
  onLine(text: string): void;
  /** So many lines came faster than they could be read. */
  onLost(count: number): void;
  /** All that a file held when reading began is read. */
  onEnd?(): void;
}

/** Reads a file from its begin, and with `follow` what is written behind it, also where it is rotated meanwhile. */
export async function readLogFile(file: string, { onLine, onEnd }: LogReader, follow: AbortSignal | undefined): Promise<void> {
  if (!existsSync(file)) throw new UsageError(`${file} does not exist`);
  let [at, inode] = [0, statSync(file).ino];
  let rest = '';
  for (let isFirst = true; ; isFirst = false) {
    const found = statSync(file, { throwIfNoEntry: false });
    if (found !== undefined && (found.ino !== inode || found.size < at)) [at, inode, rest] = [0, found.ino, ''];
    if (found !== undefined && found.size > at) {
      for await (const part of createReadStream(file, { start: at, encoding: 'utf8' }) as AsyncIterable<string>) {
        at += Buffer.byteLength(part);
        const lines = `${rest}${part}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      }
    }
    if (isFirst) onEnd?.();
    if (follow === undefined || !(await wait(lookMs, true, { signal: follow }).catch(() => false))) return;
  }
}

/** Lines that come on standard input, until it ends. */
export async function readLogInput({ onLine, onEnd }: LogReader): Promise<void> {
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) onLine(line);
  onEnd?.();
}

interface Recent {
  readonly lines: readonly object[];
  readonly next: number;
  readonly lost: number;
}

/** Follows the requests of a running program until `signal` ends it. `route`: `HTTPRoute/NAMESPACE/NAME`, where only one is wanted. */
export async function followProgram(admin: string, route: string | undefined, { onLine, onLost }: LogReader, signal: AbortSignal): Promise<void> { // oxlint-disable-line max-params -- where, what, for whom, how long.
  let since = 0;
  const query = route === undefined ? '' : `&route=${encodeURIComponent(route)}`;
  while (!signal.aborted) {
    const { lines, next, lost } = await (await fetchAdmin(admin, `/log?since=${since}${query}`)).json() as Recent;
    since = next;
    if (lost > 0) onLost(lost);
    for (const line of lines) onLine(JSON.stringify(line));
    await wait(lookMs, undefined, { signal }).catch(() => undefined);
  }
}
