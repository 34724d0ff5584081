import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Written } from '../explain/index.ts';
import { UsageError } from './command.ts';
import { type LogLine, readLogLine } from './log-line.ts';

/** What a line of the access log (`--access-log-format json`) says of a request; see docs/telemetry.md. */
export interface LoggedRequest {
  readonly id: string;
  readonly time: string;
  readonly written: Written;
  /** Nothing went wrong on its way. */
  readonly isGood: boolean;
  /** The rest in words, one line each. */
  readonly facts: readonly string[];
}

/** Finds a request by its id. Throws UsageError where the file has none. */
export async function loggedRequest(file: string, id: string): Promise<LoggedRequest> {
  if (!existsSync(file)) throw new UsageError(`${file} does not exist`);
  const wanted = JSON.stringify(id);
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const line = text.includes(wanted) ? readLogLine(text) : undefined;
    if (line?.['request_id'] === id) return toRequest(line);
  }
  throw new UsageError(`${file} has no request with the id ${id}; lines must be JSON (--access-log-format json)`);
}

function toRequest(line: LogLine): LoggedRequest {
  return { id: String(line['request_id'] ?? ''), time: String(line['time'] ?? ''), isGood: line['error.type'] === undefined, written: writtenIn(line), facts: factsOf(line) };
}

/** The request as the command line would take it; the log has no headers. */
export function writtenIn(line: LogLine): Written {
  const word = (key: string): string => String(line[key] ?? '');
  const port = line['server.port'] === undefined ? '' : `:${word('server.port')}`;
  const address = word('server.address');
  return {
    method: word('http.request.method'), headers: [],
    url: `${word('url.scheme')}://${address.includes(':') ? `[${address}]` : address}${port}${word('url.path')}${line['url.query'] === undefined ? '' : `?${word('url.query').replace(/^\?/, '')}`}`,
    ...(line['gateway'] === undefined ? {} : { gateway: word('gateway') }),
  };
}

/** In the order of a request's way. */
const told: readonly (readonly [key: string, label: string])[] = [
  ['client.address', 'client'], ['gateway', 'gateway'], ['listener', 'listener'], ['route', 'route'], ['rule', 'rule'], ['backend', 'backend'], ['endpoint', 'endpoint'],
  ['tries', 'tries'], ['http.response.status_code', 'status'], ['error.type', 'cause'], ['ending', 'ending'], ['duration_ms', 'took (ms)'], ['trace_id', 'trace'],
];

function factsOf(line: LogLine): string[] {
  return told.flatMap(([key, label]) => (line[key] === undefined ? [] : [`${label.padEnd(10)} ${line[key]}`]));
}
