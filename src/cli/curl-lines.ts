import type { Applied } from '../controller/index.ts';
import type { Listener, Match, Route } from '../ir/index.ts';

/** Requests that reach the routes in force, as `curl` lines to paste; one for each rule, at most `most`. */
export function curlLines({ ir }: Applied, most: number): string[] {
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const listener of Object.values(ir.listeners)) {
    if (listener.protocol === 'https' && listener.certificates?.length === 0) continue;
    const socket = ir.sockets[listener.socket]!;
    for (const { hostname, routes } of listener.hosts) {
      for (const key of routes) {
        const route = ir.routes[key]!;
        const rule = `${listener.socket} ${route.origin.namespace}/${route.origin.name}/${route.origin.rule}`;
        if (seen.has(rule) || route.match.path.kind === 'regex') continue;
        seen.add(rule);
        lines.push(curlLine(listener, { hostname, ...socket }, route));
        if (lines.length >= most) return lines;
      }
    }
  }
  return lines;
}

interface Place {
  readonly hostname: string;
  readonly address: string;
  readonly port: number;
}

function curlLine(listener: Listener, { hostname, address, port }: Place, { match, action }: Route): string {
  const host = hostname.replace('*', 'www');
  const secure = listener.protocol === 'https';
  const literal = address.includes(':') ? `[${address}]` : address;
  const suffix = port === (secure ? 443 : 80) ? '' : `:${port}`;
  const url = `${listener.protocol}://${secure && host !== '' ? host : literal}${suffix}${pathOf(match)}${queryOf(match)}`;
  return [
    'curl',
    ...(action.kind === 'redirect' ? ['-i'] : []),
    ...(secure ? ['-k'] : []),
    ...(match.method === undefined || match.method === 'GET' ? [] : ['-X', match.method]),
    ...hostWords(host, secure, `${port}:${literal}`),
    ...(match.headers ?? []).filter((it) => it.kind === 'exact').flatMap(({ name, value }) => ['-H', quote(`${name}: ${value}`)]),
    quote(url),
  ].join(' ');
}

/** With TLS the name must also be the server name, so curl is told where it is. */
function hostWords(host: string, secure: boolean, place: string): string[] {
  if (host === '') return [];
  return secure ? ['--resolve', quote(`${host}:${place}`)] : ['-H', quote(`Host: ${host}`)];
}

function pathOf({ path }: Match): string {
  return path.value === '' ? '/' : path.value;
}

function queryOf({ query = [] }: Match): string {
  const exact = query.filter((it) => it.kind === 'exact').map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return exact.length === 0 ? '' : `?${exact.join('&')}`;
}

/** For a POSIX shell; left bare where nothing needs quoting. */
function quote(text: string): string {
  return /^[A-Za-z0-9_\-./:=%@,]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
