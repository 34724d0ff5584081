import type { Action, BackendKey, Filter, Redirect, Respond, Target } from '../../ir/index.ts';
import { WeightedChoice } from '../balance/weighted.ts';
import { compileHeaderEdit, type HeaderEdit } from '../filter/headers/compile.ts';
import { compileRewrite, type Rewrite } from '../filter/rewrite/rewrite.ts';
import type { BackendPool } from '../upstream/backend-pool.ts';

/** A backend with all that happens on the way to it and back. */
export interface BackendTarget {
  readonly kind: 'backend';
  readonly pool: BackendPool;
  readonly requestEdit: HeaderEdit | undefined;
  readonly responseEdit: HeaderEdit | undefined;
  readonly rewrite: Rewrite | undefined;
}

export interface ForwardAction {
  readonly kind: 'forward';
  readonly targets: WeightedChoice<BackendTarget | Respond>;
  /** Milliseconds; 0 means none. */
  readonly requestTimeoutMs: number;
  /** Milliseconds; 0 means none. */
  readonly backendTimeoutMs: number;
}

export interface RedirectAction {
  readonly kind: 'redirect';
  readonly redirect: Redirect;
  readonly responseEdit: HeaderEdit | undefined;
}

export type CompiledAction = ForwardAction | RedirectAction | Respond;

/** Where the pools of backends are found, so that they outlive a table. */
export type PoolOf = (key: BackendKey) => BackendPool;

/** Compiles an action of the IR; `defaultRequestMs` is the limit of routes that name none. */
export function compileAction(action: Action, poolOf: PoolOf, defaultRequestMs: number): CompiledAction {
  switch (action.kind) {
    case 'respond': return action;
    case 'redirect':
      return { kind: 'redirect', redirect: action, responseEdit: compileHeaderEdit(action.filters, 'response-headers') };
    case 'forward': {
      const targets = action.targets.map((target) => ({ weight: target.weight, value: compileTarget(target, action.filters, poolOf) }));
      if (targets.every(({ weight }) => weight <= 0)) return { kind: 'respond', status: 500, because: 'no-target' };
      return {
        kind: 'forward', targets: new WeightedChoice(targets),
        requestTimeoutMs: action.requestTimeoutMs ?? defaultRequestMs, backendTimeoutMs: action.backendTimeoutMs ?? 0,
      };
    }
  }
}

function compileTarget(target: Target, before: readonly Filter[], poolOf: PoolOf): BackendTarget | Respond {
  if (target.to.kind === 'respond') return target.to;
  const filters = [...before, ...target.filters];
  return {
    kind: 'backend', pool: poolOf(target.to.backend), rewrite: compileRewrite(filters),
    requestEdit: compileHeaderEdit(filters, 'request-headers'), responseEdit: compileHeaderEdit(filters, 'response-headers'),
  };
}
