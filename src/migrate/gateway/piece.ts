import type { Ingress } from '../ingress.ts';
import type { PathMatch } from './way.ts';
import type { Filter } from './filters.ts';

/** A rule of a route before it has a route: whose it is, and on which side it is served. */
export interface Piece {
  readonly ingress: Ingress;
  readonly side: Side;
  readonly kind: 'HTTPRoute' | 'GRPCRoute';
  readonly rule: Rule;
  /** Said above the rule. */
  readonly because: readonly string[];
}

export type Side = 'http' | 'https' | 'both';

export interface Rule {
  readonly matches: readonly RuleMatch[];
  readonly filters?: readonly Filter[];
  readonly backendRefs?: readonly BackendRef[];
  readonly timeouts?: Readonly<Record<string, string>>;
  readonly retry?: Readonly<Record<string, unknown>>;
  readonly sessionPersistence?: Readonly<Record<string, unknown>>;
}

export interface RuleMatch {
  readonly path: PathMatch;
  readonly headers?: readonly { readonly name: string; readonly type?: 'RegularExpression'; readonly value: string }[];
}

export interface BackendRef {
  readonly name: string;
  readonly namespace?: string;
  readonly port: number;
  readonly weight?: number;
}
