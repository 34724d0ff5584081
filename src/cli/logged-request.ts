import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Written } from '../explain/index.ts';
import { UsageError } from './command.ts';

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

type Line = Readonly<Record<string, string | number | undefined>>;

/** Finds a request by its id. Throws UsageError where the file has none. */
export async function loggedRequest(file: string, id: string): Promise<LoggedRequest> {
  if (!existsSync(file)) throw new UsageError(`${file} does not exist`);
  const wanted = JSON.stringify(id);
  for await (const text of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const line = text.includes(wanted) ? readLine(text) : undefined;
    if (line?.['request_id'] === id) return toRequest(line);
  }
  throw new UsageError(`${file} has no request with the id ${id}; lines must be JSON (--access-log-format json)`);
}

function readLine(text: string): Line | undefined {
  try {
    return JSON.parse(text) as Line;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function toRequest(line: Line): LoggedRequest {
  const word = (key: string): string => String(line[key] ?? '');
  const port = line['server.port'] === undefined ? '' : `:${word('server.port')}`;
  const address = word('server.address');
  return {
    id: word('request_id'), time: word('time'),
    isGood: line['error.type'] === undefined,
    written: {
      method: word('http.request.method'), headers: [],
      url: `${word('url.scheme')}://${address.includes(':') ? `[${address}]` : address}${port}${word('url.path')}${line['url.query'] === undefined ? '' : `?${word('url.query').replace(/^\?/, '')}`}`,
      ...(line['gateway'] === undefined ? {} : { gateway: word('gateway') }),
    },
    facts: factsOf(line),
  };
}

/** In the order of a request's way. */
const told: readonly (readonly [key: string, label: string])[] = [
  ['client.address', 'client'], ['gateway', 'gateway'], ['listener', 'listener'], ['route', 'route'], ['rule', 'rule'], ['backend', 'backend'], ['endpoint', 'endpoint'],
  ['tries', 'tries'], ['http.response.status_code', 'status'], ['error.type', 'cause'], ['ending', 'ending'], ['duration_ms', 'took (ms)'], ['trace_id', 'trace'],
];

function factsOf(line: Line): string[] {
  return told.flatMap(([key, label]) => (line[key] === undefined ? [] : [`${label.padEnd(10)} ${line[key]}`]));
}
