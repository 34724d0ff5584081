import type { Action, BackendKey, Filter, Redirect, Respond, Target } from '../../ir/index.ts';
import { WeightedChoice } from '../balance/weighted.ts';
import { compileCors, type Cors } from '../filter/cors/cors.ts';
import { compileGate, type Gate } from '../filter/external-auth/gate.ts';
import { compileHeaderEdit, type HeaderEdit } from '../filter/headers/compile.ts';
import { compileMirrors, type Mirror } from '../filter/mirror/mirror.ts';
import { compileRewrite, encodedRewrite, type Rewrite } from '../filter/rewrite/rewrite.ts';
import { compileSessions, type Sessions } from '../persistence/sessions.ts';
import { compileRetry, type RetryPolicy } from '../retry/policy.ts';
import type { BackendPool } from '../upstream/backend-pool.ts';

/** A backend with all that happens on the way to it and back. */
export interface BackendTarget {
  readonly kind: 'backend';
  readonly pool: BackendPool;
  readonly requestEdit: HeaderEdit | undefined;
  readonly responseEdit: HeaderEdit | undefined;
  readonly rewrite: Rewrite | undefined;
  readonly cors: Cors | undefined;
  /** In the order of their filters, each with no more changes than the next. */
  readonly mirrors: readonly Mirror[];
  /** Undefined: a request goes to any endpoint. */
  readonly sessions: Sessions | undefined;
  /** What a request must pass before it goes there; undefined: nothing. */
  readonly gate: Gate | undefined;
}

export interface ForwardAction {
  readonly kind: 'forward';
  readonly targets: WeightedChoice<BackendTarget | Respond>;
  /** Milliseconds; 0 means none. */
  readonly requestTimeoutMs: number;
  /** Milliseconds; 0 means none. */
  readonly backendTimeoutMs: number;
  readonly retry: RetryPolicy | undefined;
  /** Of the rule; a target may have its own. */
  readonly cors: Cors | undefined;
}

export interface RedirectAction {
  readonly kind: 'redirect';
  readonly redirect: Redirect;
  readonly responseEdit: HeaderEdit | undefined;
  readonly cors: Cors | undefined;
  readonly gate: Gate | undefined;
}

export type CompiledAction = ForwardAction | RedirectAction | Respond;

/** Where the pools of backends are found, so that they outlive a table. */
export type PoolOf = (key: BackendKey) => BackendPool;

/** Compiles an action of the IR; `defaultRequestMs` is the limit of routes that name none. */
export function compileAction(action: Action, poolOf: PoolOf, defaultRequestMs: number): CompiledAction {
  switch (action.kind) {
    case 'respond': return action;
    case 'redirect':
      return { kind: 'redirect', redirect: encodedRedirect(action), responseEdit: compileHeaderEdit(action.filters, 'response-headers'), cors: compileCors(action.filters), gate: compileGate(action.filters, poolOf) };
    case 'forward': {
      const compile = targetCompiler(action.filters, poolOf);
      const targets = action.targets.map((target) => ({ weight: target.weight, value: compile(target) }));
      if (targets.every(({ weight }) => weight <= 0)) return { kind: 'respond', status: 500, because: 'no-target' };
      return {
        kind: 'forward', targets: new WeightedChoice(targets),
        requestTimeoutMs: action.requestTimeoutMs ?? defaultRequestMs, backendTimeoutMs: action.backendTimeoutMs ?? 0,
        retry: compileRetry(action.retry), cors: compileCors(action.filters),
      };
    }
  }
}

/** The mirrors of the rule are compiled once, so that their shares are those of all its requests. */
function targetCompiler(before: readonly Filter[], poolOf: PoolOf): (target: Target) => BackendTarget | Respond {
  const shared = compileMirrors(before, 0, poolOf);
  return (target) => {
    if (target.to.kind === 'respond') return target.to;
    const filters = [...before, ...target.filters];
    return {
      kind: 'backend', pool: poolOf(target.to.backend), rewrite: compileRewrite(filters), cors: compileCors(filters),
      requestEdit: compileHeaderEdit(filters, 'request-headers'), responseEdit: compileHeaderEdit(filters, 'response-headers'),
      sessions: compileSessions(target.persistence, target.to.backend),
      mirrors: [...shared, ...compileMirrors(filters, before.length, poolOf)], gate: compileGate(filters, poolOf),
    };
  };
}

function encodedRedirect(redirect: Redirect): Redirect {
  return redirect.path === undefined ? redirect : { ...redirect, path: encodedRewrite(redirect.path) };
}
