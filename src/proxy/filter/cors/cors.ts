import type { CorsFilter, Filter } from '../../../ir/index.ts';
import type { HeaderEdit } from '../headers/compile.ts';
import { compileOrigins, type OriginTest } from './origins.ts';

/** What CORS asks of a request. */
export interface CrossOriginRequest {
  readonly method: string;
  header(name: string): string | undefined;
}

/** The cross-origin rules of one route, compiled. */
export interface Cors {
  readonly filter: CorsFilter;
  readonly isAllowed: OriginTest;
  /** Every origin gets the same answer. */
  readonly isSameForAll: boolean;
}

/** Fields that say what other origins may do: with this filter the gateway alone writes them. */
const ownFields = [
  'access-control-allow-origin', 'access-control-allow-credentials', 'access-control-expose-headers',
  'access-control-allow-methods', 'access-control-allow-headers', 'access-control-max-age',
];

/** The last CORS filter of a chain, or undefined where there is none. */
export function compileCors(filters: readonly Filter[]): Cors | undefined {
  const filter = filters.findLast((it) => it.kind === 'cors');
  if (filter === undefined) return undefined;
  return { filter, isAllowed: compileOrigins(filter.origins), isSameForAll: filter.origins.includes('*') && !filter.credentials };
}

/** A preflight asks before a request (Fetch standard, CORS-preflight fetch); it is answered here and never goes on. */
export function isPreflight(request: CrossOriginRequest): boolean {
  return request.method === 'OPTIONS' && request.header('origin') !== undefined && request.header('access-control-request-method') !== undefined;
}

/** Header lines of the answer to a preflight; for an origin that is not allowed only `vary`, so that its client refuses to go on. */
export function preflightLines(cors: Cors, request: CrossOriginRequest): string {
  const { filter } = cors;
  const origin = request.header('origin') ?? '';
  const asked = { method: request.header('access-control-request-method'), headers: request.header('access-control-request-headers') };
  const vary = 'vary: origin, access-control-request-method, access-control-request-headers\r\n';
  if (!cors.isAllowed(origin)) return vary;
  return originLines(cors, origin)
    + line('access-control-allow-methods', allowed(filter.methods, asked.method))
    + line('access-control-allow-headers', allowed(filter.headers, asked.headers))
    + `access-control-max-age: ${filter.maxAgeSeconds}\r\n`
    + vary;
}

/**
 * The response edit of a request that is no preflight. What the backend says about origins is taken out, since a second
 * Access-Control-Allow-Origin would make clients refuse the answer.
 */
export function corsEdit(cors: Cors, request: CrossOriginRequest, edit: HeaderEdit | undefined): HeaderEdit {
  const origin = request.header('origin');
  const vary = cors.isSameForAll ? '' : 'vary: origin\r\n';
  const lines = origin !== undefined && cors.isAllowed(origin) ? originLines(cors, origin) : '';
  return { names: [...ownFields, ...(edit?.names ?? [])], lines: (edit?.lines ?? '') + lines + vary };
}

/** What the answers to preflights and to other requests have in common. */
function originLines(cors: Cors, origin: string): string {
  const { filter } = cors;
  return `access-control-allow-origin: ${cors.isSameForAll ? '*' : origin}\r\n`
    + (filter.credentials ? 'access-control-allow-credentials: true\r\n' : '')
    + line('access-control-expose-headers', exposed(filter));
}

/** A star is answered with what was asked for: with credentials `*` would mean a name of one letter (Fetch standard). */
function allowed(list: readonly string[], asked: string | undefined): string {
  return list.includes('*') ? asked ?? '' : list.join(', ');
}

/** With credentials a star exposes nothing, so it is left out (spec: HTTPCORSFilter.exposeHeaders). */
function exposed({ exposeHeaders, credentials }: CorsFilter): string {
  return exposeHeaders.filter((it) => it !== '*' || !credentials).join(', ');
}

function line(name: string, value: string): string {
  return value === '' ? '' : `${name}: ${value}\r\n`;
}
