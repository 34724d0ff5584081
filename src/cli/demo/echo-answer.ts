import type { EchoIdentity } from './echo-identity.ts';

/** A request as it arrived at an echo server. */
export interface EchoRequest {
  readonly method: string;
  /** The target with its query. */
  readonly target: string;
  /** `HTTP/1.1`. */
  readonly proto: string;
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[];
}

/** What an echo server sends back. */
export interface EchoAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
  readonly delayMs: number;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000 };

/**
 * The answer of the echo app: who answers and what was asked, as JSON; a fixture where one is named for the path. The query
 * `delay=5s` waits, `status=503` answers with that status, and a request header `X-Echo-Set-Header: name:value, …` sets response headers.
 */
export function echoAnswer(identity: EchoIdentity, request: EchoRequest): EchoAnswer {
  const mark = request.target.indexOf('?');
  const path = mark < 0 ? request.target : request.target.slice(0, mark);
  const query = new URLSearchParams(mark < 0 ? '' : request.target.slice(mark + 1));
  const values = headerValues(request.rawHeaders);
  const headers = {
    'x-echo-app': identity.app,
    'x-echo-version': identity.version,
    'x-echo-pod': identity.pod,
    'x-echo-namespace': identity.namespace,
    ...wantedHeaders(values.get('x-echo-set-header') ?? []),
  };
  const delayMs = milliseconds(query.get('delay'));
  if (identity.allow !== undefined && !(values.get(identity.allow.header) ?? []).includes(identity.allow.value)) {
    return { status: 403, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body: 'forbidden\n', delayMs };
  }
  const status = wantedStatus(query.get('status'));
  const fixture = identity.fixtures.get(path);
  if (typeof fixture === 'string') return { status, headers: { ...headers, 'content-type': 'text/plain; charset=utf-8' }, body: fixture, delayMs };
  const value = fixture ?? description(identity, request, values);
  return { status, headers: { ...headers, 'content-type': 'application/json' }, body: `${JSON.stringify(value, null, 2)}\n`, delayMs };
}

function description(identity: EchoIdentity, request: EchoRequest, values: ReadonlyMap<string, string[]>): unknown {
  const withoutHost = [...values].filter(([name]) => name !== 'host');
  return {
    app: identity.app,
    version: identity.version,
    pod: identity.pod,
    namespace: identity.namespace,
    path: request.target,
    host: values.get('host')?.[0] ?? '',
    method: request.method,
    proto: request.proto,
    headers: Object.fromEntries(withoutHost.map(([name, list]) => [canonicalName(name), list])),
    ingress: '',
    service: '',
    environment: { HOSTNAME: identity.pod },
    request: { headers: Object.fromEntries([...values].map(([name, list]) => [name, list.join(', ')])) },
  };
}

function headerValues(rawHeaders: readonly string[]): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] ?? '').toLowerCase();
    if (name.startsWith(':')) continue;
    const list = values.get(name);
    if (list === undefined) values.set(name, [rawHeaders[index + 1] ?? '']);
    else list.push(rawHeaders[index + 1] ?? '');
  }
  return values;
}

/** `x-request-id` → `X-Request-Id`, the form that the echo servers of the field print. */
function canonicalName(name: string): string {
  return name.replace(/(^|-)([a-z])/g, (_, dash: string, letter: string) => dash + letter.toUpperCase());
}

function wantedHeaders(lists: readonly string[]): Record<string, string | string[]> {
  const wanted: Record<string, string[]> = {};
  for (const pair of lists.flatMap((list) => list.split(','))) {
    const colon = pair.indexOf(':');
    const name = pair.slice(0, colon).trim().toLowerCase();
    if (colon > 0 && /^[a-z0-9-]+$/.test(name)) (wanted[name] ??= []).push(pair.slice(colon + 1).trim());
  }
  return wanted;
}

function wantedStatus(text: string | null): number {
  const status = Number(text ?? 200);
  return Number.isInteger(status) && status >= 200 && status <= 599 ? status : 200;
}

/** Reads `500ms`, `5s` or `1m`; anything else is no delay. */
function milliseconds(text: string | null): number {
  const parts = /^(\d+(?:\.\d+)?)(ms|s|m)$/.exec(text ?? '');
  return parts === null ? 0 : Number(parts[1]) * (units[parts[2] ?? ''] ?? 0);
}
