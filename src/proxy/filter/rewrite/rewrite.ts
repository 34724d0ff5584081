import type { Filter, PathRewrite } from '../../../ir/index.ts';

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
      if (filter.path !== undefined) paths.push(filter.path);
    } else if (filter.kind === 'request-headers') {
      host = filter.set.find(({ name }) => name === 'host')?.value ?? host;
    }
  }
  return host === undefined && paths.length === 0 ? undefined : { host, paths };
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
