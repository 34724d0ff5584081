import type { Filter, PathRewrite } from '../../../ir/index.ts';
import { isAuthority } from '../../http1/authority.ts';
import { pathKind } from '../../http1/tables.ts';

/** What a chain of filters changes in Host and path. */
export interface Rewrite {
  readonly host: string | undefined;
  readonly paths: readonly PathRewrite[];
}

/** The host and path changes of a filter chain; a Host set by a header filter is a host change. Undefined where there is none. */
export function compileRewrite(filters: readonly Filter[]): Rewrite | undefined {
  let host: string | undefined;
  const paths: PathRewrite[] = [];
  for (const filter of filters) {
    if (filter.kind === 'rewrite') {
      host = filter.hostname ?? host;
      if (filter.path !== undefined) paths.push(encodedRewrite(filter.path));
    } else if (filter.kind === 'request-headers') {
      host = filter.set.find(({ name }) => name === 'host')?.value ?? host;
    }
  }
  // The schema does not check header values: one that is no host would write lines of its own.
  if (host !== undefined && !isAuthority(host)) host = undefined;
  return host === undefined && paths.length === 0 ? undefined : { host, paths };
}

/** A rewrite whose value can stand in a request line: what may not is percent-encoded, as UTF-8. */
export function encodedRewrite(rewrite: PathRewrite): PathRewrite {
  const bytes = Buffer.from(rewrite.value, 'utf8').toString('latin1');
  const value = bytes.replace(/[^]/g, (byte) => (pathKind[byte.charCodeAt(0)] === 0 ? `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}` : byte));
  return { ...rewrite, value };
}

/** The path after a rewrite; a prefix is replaced at an element boundary, with exactly one slash between the parts (spec: HTTPPathModifier). */
export function rewritePath(path: string, rewrite: PathRewrite): string {
  if (rewrite.kind === 'full') return rewrite.value === '' ? '/' : toOrigin(rewrite.value);
  if (!path.startsWith(rewrite.match)) return path;
  const rest = path.slice(rewrite.match.length);
  if (rest !== '' && !rest.startsWith('/')) return path;
  const prefix = rewrite.value.endsWith('/') ? rewrite.value.slice(0, -1) : rewrite.value;
  const result = prefix + rest;
  return result === '' ? '/' : toOrigin(result);
}

function toOrigin(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}
