import type { AuthFilter, BackendKey } from '../../../ir/index.ts';
import { normalisePath } from '../../http1/path.ts';
import type { BackendPool } from '../../upstream/backend-pool.ts';
import { encodedRewrite } from '../rewrite/rewrite.ts';

/** A server that decides about requests, ready to be asked. */
export interface Authorizer {
  readonly kind: 'authorizer';
  readonly filter: AuthFilter;
  readonly pool: BackendPool;
  /** What goes before the path, without slash at its end; `''` for nothing. */
  readonly prefix: string;
}

export function compileAuthorizer(filter: AuthFilter, poolOf: (key: BackendKey) => BackendPool): Authorizer {
  return { kind: 'authorizer', filter, pool: poolOf(filter.backend), prefix: prefixOf(filter.pathPrefix) };
}

/** The prefix as it can stand in a request line (spec: HTTPAuthConfig.path asks that it be sanitized). */
function prefixOf(path: string): string {
  if (path === '') return '';
  const { value } = encodedRewrite({ kind: 'full', value: path.startsWith('/') ? path : `/${path}` });
  return (normalisePath(value) ?? '').replace(/\/+$/, '');
}
