import type { Location } from '../nginx/server.ts';
import type { Loss } from './rewrite-shape.ts';

export interface PathMatch {
  readonly type: 'Exact' | 'PathPrefix' | 'RegularExpression';
  readonly value: string;
}

/** What a location is in routes: its matches, with what happens to the path. */
export interface Way {
  readonly location: Location;
  readonly matches: readonly PathMatch[];
  /** Absent: the path stays. */
  readonly path?: PathChange;
  /** The path without its slash at the end is redirected to it. */
  readonly isSlashRedirect?: true;
  /** The prefix itself, which a replaced prefix would leave without the slash at its end. */
  readonly isBare?: true;
  readonly loses: readonly (Loss | 'case')[];
}

export type PathChange = { readonly kind: 'full'; readonly value: string } | { readonly kind: 'prefix'; readonly value: string };

/** A location for which there is no way, and why. */
export interface NoWay {
  readonly location: Location;
  readonly why: string;
  /** nginx never gets there either. */
  readonly isUnreached?: true;
}

export interface Ways {
  readonly ways: readonly Way[];
  readonly without: readonly NoWay[];
}

/** `as-nginx`: what nginx makes of paths; `as-written`: what their path types say. */
export type Reading = 'as-nginx' | 'as-written';

/** Words on what RE2 does not accept; undefined where it does. */
export type CheckRegex = (expression: string) => string | undefined;
