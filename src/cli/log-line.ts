import type { Palette } from './colour.ts';

/** A line of the access log (`--access-log-format json`); docs/telemetry.md has its keys. */
export type LogLine = Readonly<Record<string, string | number | undefined>>;

/** Undefined where it is no line of JSON. */
export function readLogLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as LogLine : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Which lines somebody wants. */
export interface LogFilter {
  readonly kind?: string;
  readonly namespace?: string;
  readonly name?: string;
  /** Only what failed: 5xx, no answer, or a cause. */
  readonly errors: boolean;
}

export function isWanted(line: LogLine, { kind, namespace, name, errors }: LogFilter): boolean {
  const [itsKind = '', itsNamespace = '', itsName = ''] = String(line['route'] ?? '').split('/');
  const isOfRoute = (kind === undefined || itsKind.toLowerCase() === kind.toLowerCase()) && (namespace === undefined || itsNamespace === namespace) && (name === undefined || itsName === name);
  return isOfRoute && (!errors || hasFailed(line));
}

function hasFailed(line: LogLine): boolean {
  const status = line['http.response.status_code'];
  return line['error.type'] !== undefined || line['ending'] !== undefined || (line['kind'] === 'request' && (status === undefined || Number(status) >= 500));
}

/** `14:03:07.123 GET shop.example/cart 200 1.2 ms  cart-7d9f  shop/web/http → shop/cart[0] → shop/cart:80`, for people. */
export function logLineText(line: LogLine, palette: Palette): string {
  const word = (key: string): string => String(line[key] ?? '');
  const time = palette.dim(word('time').slice(11, 23));
  const cause = line['error.type'] === undefined ? '' : `  ${palette.red(word('error.type'))}`;
  const ending = line['ending'] === undefined ? '' : `  ${palette.yellow(word('ending'))}`;
  const where = [`${word('gateway')}${line['listener'] === undefined ? '' : `/${word('listener')}`}`, routeText(line), `${word('backend').replace(/^Service\//, '')}${line['endpoint'] === undefined ? '' : ` at ${word('endpoint_name') || word('endpoint')}`}`];
  const way = palette.dim(where.filter((it) => it !== '').join(' → '));
  if (line['kind'] !== 'request') return `${time} ${word('network.transport')} ${word('client.address')}:${word('client.port')} ${took(line)} ${word('bytes_received')} B in ${word('bytes_sent')} B out  ${way}${cause}`;
  const query = line['url.query'] === undefined ? '' : `?${word('url.query')}`;
  const what = line['http.request.method'] === undefined ? 'a request that cannot be read' : `${word('http.request.method')} ${word('server.address')}${word('url.path')}${query}`;
  const tries = Number(line['tries'] ?? 0) > 1 ? `, ${word('tries')} tries` : '';
  return `${time} ${what} ${statusText(line, palette)} ${took(line)}${tries}  ${way}${cause}${ending}`;
}

function routeText(line: LogLine): string {
  const [, namespace, name] = String(line['route'] ?? '').split('/');
  return name === undefined ? '' : `${namespace}/${name}[${line['rule'] ?? ''}]`;
}

function took({ duration_ms: ms = 0 }: LogLine): string {
  return `${Number(ms).toFixed(1)} ms`;
}

function statusText(line: LogLine, palette: Palette): string {
  const status = line['http.response.status_code'];
  if (status === undefined) return palette.red('no answer');
  const text = String(status);
  return Number(status) >= 500 ? palette.red(text) : Number(status) >= 400 ? palette.yellow(text) : palette.green(text);
}
