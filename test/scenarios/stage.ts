import type { Certificates } from './certificates.ts';
import type { RequestContext } from './check-request.ts';
import type { Check, Outcome, Scenario } from './check.ts';
import type { Cluster } from './cluster/cluster.ts';
import type { Manifests } from './manifests.ts';
import type { Serving } from './serving.ts';

/** A scenario's manifests in one state, in force. */
export interface World extends RequestContext {
  readonly manifests: Manifests;
  readonly serving: Serving;
  readonly certificates: Certificates;
  /** Only where it is a cluster. */
  readonly cluster?: Cluster;
  /** Puts the manifests in force as they are now. */
  save(): Promise<void>;
  /** Runs a trial; where news need time to arrive, again until it holds. */
  patiently<T>(trial: () => Promise<T>): Promise<T>;
}

/** What a check wants to be so while it runs. */
export interface State {
  readonly check: Check;
  readonly manifests: Manifests;
  /** Options of `postern serve`, where there is one. */
  readonly flags?: readonly string[];
}

/** How a check that stands for itself is tried: a note, or outcomes of its parts; throws CheckFailed. */
export type Trial = () => Promise<string | undefined | Outcome[]>;

/** What an API server says to a file. */
export interface Admission {
  readonly accepted: boolean;
  /** Answer and warnings as kubectl prints them. */
  readonly text: string;
}

/** Where scenarios are played: in a process of this machine, or on a cluster. */
export interface Stage {
  readonly name: 'local' | 'cluster';
  readonly certificates: Certificates;
  /** Serves manifests for as long as `use` takes. */
  serve<T>(scenario: Scenario, state: State, use: (world: World) => Promise<T>): Promise<T>;
  /** How this stage tries a check that needs no manifests served, or serves its own; undefined for all others. */
  trialOf(scenario: Scenario, check: Check): Trial | undefined;
  /** The answer of an API server, where there is one. */
  admit?(text: string): Promise<Admission>;
  /** Removes all that the scenario left. */
  leave(scenario: Scenario): Promise<void>;
}
