import type { BackendKey, Filter, Respond } from '../../../ir/index.ts';
import type { BackendPool } from '../../upstream/backend-pool.ts';
import { type Authorizer, compileAuthorizer } from './authorizer.ts';

/** A filter of a chain with checks; a `Respond` ends every request that comes there. */
export type GateStep = Exclude<Filter, { readonly kind: 'auth' }> | Authorizer | Respond;

/** What requests must pass before they go on, in order, with the filters that stand between the checks. */
export interface Gate {
  readonly steps: readonly GateStep[];
  /** The largest body that may pass, bytes, because a check needs all of it; 0: none does. */
  readonly bodyBytes: number;
}

/** The gate of a chain; undefined where it holds nothing that could stop a request. */
export function compileGate(chain: readonly (Filter | Respond)[], poolOf: (key: BackendKey) => BackendPool): Gate | undefined {
  if (!chain.some(({ kind }) => kind === 'auth' || kind === 'respond')) return undefined;
  const limits = chain.flatMap((it) => (it.kind === 'auth' && it.bodyBytes > 0 ? it.bodyBytes : []));
  return {
    steps: chain.map((it) => (it.kind === 'auth' ? compileAuthorizer(it, poolOf) : it)),
    bodyBytes: limits.length === 0 ? 0 : Math.min(...limits),
  };
}
