import type { Applied } from '../controller/index.ts';
import type { Listener, Route } from '../ir/index.ts';

/** Requests that reach the routes in force, as `curl` lines to paste; one for each rule, at most `most`. */
export function curlLines({ ir }: Applied, most: number): string[] {
  const lines: string[] = [];
  const seen = new Set<string>();
  for (const listener of Object.values(ir.listeners)) {
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
  const words = ['curl'];
  if (action.kind === 'redirect') words.push('-i');
  if (secure) words.push('-k');
  if (match.method !== undefined && match.method !== 'GET') words.push('-X', match.method);
  if (secure && host !== '') words.push('--resolve', `${host}:${port}:${literal}`);
  else if (host !== '') words.push('-H', quote(`Host: ${host}`));
  for (const { name, kind, value } of match.headers ?? []) if (kind === 'exact') words.push('-H', quote(`${name}: ${value}`));
  const query = (match.query ?? []).filter((it) => it.kind === 'exact').map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  const url = `${listener.protocol}://${secure && host !== '' ? host : literal}${suffix}${match.path.value === '' ? '/' : match.path.value}${query === '' ? '' : `?${query}`}`;
  return [...words, quote(url)].join(' ');
}

/** For a POSIX shell; left bare where nothing needs quoting. */
function quote(text: string): string {
  return /^[A-Za-z0-9_\-./:=%@,]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
