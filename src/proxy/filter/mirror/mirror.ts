import type { BackendKey, Filter } from '../../../ir/index.ts';
import type { BackendPool } from '../../upstream/backend-pool.ts';
import { compileHeaderEdit, type HeaderEdit } from '../headers/compile.ts';
import { compileRewrite, type Rewrite } from '../rewrite/rewrite.ts';
import { Share } from './share.ts';

/** Where copies of requests go, and how they look: as the filters before the mirror left them. */
export interface Mirror {
  readonly pool: BackendPool;
  readonly share: Share;
  readonly requestEdit: HeaderEdit | undefined;
  readonly rewrite: Rewrite | undefined;
}

/** The mirrors of a chain from index `from` on; what stands before them counts from the chain's beginning. */
export function compileMirrors(filters: readonly Filter[], from: number, poolOf: (key: BackendKey) => BackendPool): Mirror[] {
  return filters.flatMap((filter, index) => {
    if (filter.kind !== 'mirror' || index < from) return [];
    const before = filters.slice(0, index);
    return [{
      pool: poolOf(filter.backend), share: new Share(filter.share, Math.random()),
      requestEdit: compileHeaderEdit(before, 'request-headers'), rewrite: compileRewrite(before),
    }];
  });
}
