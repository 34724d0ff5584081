import type { RequestSpec, Scenario, Step } from './check.ts';
import { Load } from './load.ts';
import type { Manifest } from './manifests.ts';
import type { World } from './stage.ts';

/** A check's steps on their way: what is served, what was taken out, and the requests that go on meanwhile. */
export interface Walk {
  readonly scenario: Scenario;
  readonly world: World;
  /** The request of the scenario that load is made of, and the Gateway that it goes through. */
  readonly request: RequestSpec;
  readonly via: string;
  load?: Load;
  /** Objects that a step took out, for a later one to put back. */
  removed: Manifest[];
  /** The serial of the certificate that a step is about to replace. */
  serial?: string;
  /** What the API server said to what a step applied. */
  answer?: string;
  /** How often a step found objects that differ from their manifests. */
  corrections?: number;
  /** How often somebody wrote what nobody changed. */
  writes?: number;
}

export type Action = (walk: Walk, words: readonly string[]) => Promise<void>;

/** Compares one key of a step's `expect`; throws CheckFailed. */
export type StepExpectation = (walk: Walk, expected: never, step: Step) => Promise<void> | void;

/** Begins a steady stream of the walk's request. */
export function startLoad(walk: Walk, pace: { perSecond: number; connections: number }): void {
  const { request, via, world } = walk;
  walk.load = new Load({ request, target: world.serving.open(via, request.port), authority: world.authority, ...pace });
}
