import type { BackendKey, ListenerKey, RouteKey } from './ir.ts';

/**
 * Which entries of a configuration are other than in the one before: new, changed, or gone from their table. All that is not named here is
 * as it was; of a listener only `hosts` are other.
 */
export interface IrChange {
  readonly routes: ReadonlySet<RouteKey>;
  readonly listeners: ReadonlySet<ListenerKey>;
  readonly backends: ReadonlySet<BackendKey>;
  readonly endpoints: ReadonlySet<BackendKey>;
}
