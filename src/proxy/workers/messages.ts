import type { Table } from '../../base/index.ts';
import type { ApplyReport, MetricFamily } from '../../contract/index.ts';
import type { Endpoint } from '../../ir/index.ts';
import type { RecentLines } from '../observe/log-tail.ts';
import type { ProxySettings } from '../options.ts';
import type { ProxyStats } from '../stats.ts';

/** What a worker that ends leaves behind. */
export interface LastFigures {
  readonly stats: ProxyStats;
  readonly metrics: readonly MetricFamily[];
}

/** What a worker is asked; each has an answer. */
export interface Questions {
  /** The first of all. */
  begin: { readonly ask: { readonly settings: ProxySettings; readonly tickets: Buffer }; readonly answer: undefined };
  /** `ir`: see `irText`. */
  apply: { readonly ask: { readonly ir: string }; readonly answer: ApplyReport };
  /** What is other than in the IR before, as text. */
  change: { readonly ask: { readonly part: string }; readonly answer: ApplyReport };
  /** A port to serve; its handle comes with the message, and none for UDP. */
  socket: { readonly ask: { readonly place: string }; readonly answer: undefined };
  endpoints: { readonly ask: { readonly endpoints: Table<readonly Endpoint[]> }; readonly answer: undefined };
  tickets: { readonly ask: { readonly secret: Buffer }; readonly answer: undefined };
  stats: { readonly ask: Record<never, never>; readonly answer: ProxyStats };
  metrics: { readonly ask: Record<never, never>; readonly answer: readonly MetricFamily[] };
  routes: { readonly ask: Record<never, never>; readonly answer: readonly MetricFamily[] };
  lines: { readonly ask: { readonly since: number }; readonly answer: RecentLines };
  /** Ends in peace; the last answer, with all that was ever counted. `isPatient`: idle connections may carry one more request. */
  drain: { readonly ask: { readonly graceMs: number; readonly isPatient: boolean }; readonly answer: LastFigures };
}

export type Question = keyof Questions;

/** A question on its way to a worker. */
export type Asked = { readonly [Q in Question]: { readonly kind: Q; readonly id: number } & Questions[Q]['ask'] }[Question];

/** Something that a person should know, on its way to one. */
export interface Said {
  readonly say: string;
}

/** An answer on its way back. */
export interface Answered {
  readonly id: number;
  readonly answer: Questions[Question]['answer'];
}
