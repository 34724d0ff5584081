import type { Filter, PathRewrite } from '../../../ir/index.ts';
import type { RegexMatchAndSubstitute, RouteAction } from '../../gen/messages.ts';

/** What filters change in Host and path; of several the last. */
export function rewriteOf(filters: readonly Filter[]): Pick<RouteAction, 'host_rewrite_literal' | 'regex_rewrite'> {
  const rewrites = filters.filter((it) => it.kind === 'rewrite');
  const hostname = rewrites.findLast((it) => it.hostname !== undefined && /^[\w.~!$&'()*+,;=%:[\]-]+$/.test(it.hostname))?.hostname;
  const path = rewrites.findLast((it) => it.path !== undefined)?.path;
  return {
    ...(hostname === undefined ? {} : { host_rewrite_literal: hostname }),
    ...(path === undefined ? {} : { regex_rewrite: pathSubstitution(path) }),
  };
}

/** A path rewrite as an expression on the path; Envoy's own prefix rewrite would double or lose slashes at the seam. */
export function pathSubstitution(rewrite: PathRewrite): RegexMatchAndSubstitute {
  if (rewrite.kind === 'full') return substitution('^.+$', toOrigin(rewrite.value));
  const prefix = rewrite.value.endsWith('/') ? rewrite.value.slice(0, -1) : rewrite.value;
  return prefix === '' ? substitution(`^${quoted(rewrite.match)}/?`, '/') : substitution(`^${quoted(rewrite.match)}`, toOrigin(prefix));
}

function substitution(regex: string, value: string): RegexMatchAndSubstitute {
  return { pattern: { regex }, substitution: encoded(value).replaceAll('\\', '\\\\') };
}

function toOrigin(path: string): string {
  return path.startsWith('/') ? path : `/${path}`;
}

/** What may not stand in a path is percent-encoded, as UTF-8; escapes stay. */
function encoded(path: string): string {
  return encodeURI(path).replaceAll('%25', '%').replaceAll('?', '%3F').replaceAll('#', '%23');
}

function quoted(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, '\\$&');
}
