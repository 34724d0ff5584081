import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Logged } from '../trial/index.ts';
import { UsageError } from './command.ts';
import { type LogLine, readLogLine } from './log-line.ts';
import { writtenIn } from './logged-request.ts';

/** Every request of an access log whose head could be read. Throws UsageError where there is none. */
export async function allLogged(file: string): Promise<Logged[]> {
  if (!existsSync(file)) throw new UsageError(`${file} does not exist`);
  const all: Logged[] = [];
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const line = readLogLine(text);
    if (line?.['kind'] === 'request' && line['http.request.method'] !== undefined && line['server.address'] !== undefined) all.push(toLogged(line));
  }
  if (all.length === 0) throw new UsageError(`${file} has no request; lines must be JSON (--access-log-format json)`);
  return all;
}

/** What a line says of its request. */
export function toLogged(line: LogLine): Logged {
  const texts = { listener: line['listener'], route: line['route'], rule: line['rule'], backend: line['backend'], cause: line['error.type'] };
  const known = Object.fromEntries(Object.entries(texts).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])));
  const status = line['http.response.status_code'];
  return { written: writtenIn(line), ...known, ...(status === undefined ? {} : { status: Number(status) }) };
}
