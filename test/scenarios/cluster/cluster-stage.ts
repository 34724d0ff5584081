import { setTimeout as delay } from 'node:timers/promises';
import { parseAllDocuments } from 'yaml';
import type { Certificates } from '../certificates.ts';
import type { Check, Scenario } from '../check.ts';
import { LocalStage } from '../local-stage.ts';
import { parseManifests, type Manifest } from '../manifests.ts';
import type { Admission, Stage, State, Trial, World } from '../stage.ts';
import { ApplySet } from './apply-set.ts';
import { ClusterServing } from './cluster-serving.ts';
import type { Cluster } from './cluster.ts';
import { attemptOf } from './commands.ts';
import { givenOnCluster } from './given.ts';
import { sceneOf } from './scenes.ts';
import { untilSettled } from './settle.ts';

/** The objects of a text; none where it cannot be read, which the API server's client will say. */
function readable(text: string): Manifest[] {
  return parseAllDocuments(text).every((document) => document.errors.length === 0) ? parseManifests(text).filter((it) => (it.metadata as object | undefined) !== undefined) : [];
}

/** So long after an edit a check may be tried again: news travel through the API server, the controller and to the data planes. */
const youthMs = 30_000;
const pauseMs = 250;

/**
 * One scenario at a time on a real cluster. Between a scenario's states only what differs is applied and deleted, as a person
 * would; at its end all goes, and so do its namespaces.
 */
export class ClusterStage implements Stage {
  readonly name = 'cluster';
  readonly certificates: Certificates;
  readonly #cluster: Cluster;
  readonly #local: LocalStage;
  readonly #set: ApplySet;
  #scene: string | undefined;
  #youngUntil = 0;

  constructor(cluster: Cluster, certificates: Certificates) {
    this.#cluster = cluster;
    this.certificates = certificates;
    this.#local = new LocalStage(certificates);
    this.#set = new ApplySet(cluster);
  }

  async serve<T>(scenario: Scenario, { check, manifests }: State, use: (world: World) => Promise<T>): Promise<T> {
    const cluster = this.#cluster;
    const given = givenOnCluster(check.given ?? check.steps?.[0]?.do ?? '');
    try {
      if (this.#scene !== scenario.name) await sceneOf(scenario.name)?.enter?.(cluster);
      this.#scene = scenario.name;
      sceneOf(scenario.name)?.prepare?.(manifests);
      if (given?.isFresh === true) await this.#set.empty();
      await given?.enter?.(cluster, manifests);
      const serving = new ClusterServing(cluster);
      const world: World = {
        manifests, serving, cluster, certificates: this.certificates, authority: this.certificates.authority,
        save: () => this.#apply(manifests.objects, serving),
        patiently: (trial) => this.#patiently(serving, trial),
      };
      await manifests.save();
      // Steps of the state before may have changed objects by hand.
      this.#set.doubt();
      if (given?.isBare !== true) await world.save();
      await given?.entered?.(world);
      return await use(world);
    } finally {
      await given?.leave?.(cluster);
      if (given?.isFresh === true) await this.#set.empty();
      await manifests.discard();
    }
  }

  /** Commands and files are tried as without a cluster. */
  trialOf(scenario: Scenario, check: Check): Trial | undefined {
    return check.cli === undefined || attemptOf(check) !== undefined ? undefined : this.#local.trialOf(scenario, check);
  }

  async admit(text: string): Promise<Admission> {
    await this.#set.makeRoom(readable(text));
    const { code, output, errors } = await this.#cluster.kubectl(['apply', '--server-side', '--force-conflicts', '--field-manager=scenario', '--validate=strict', '--dry-run=server', '-f', '-'], text);
    return { accepted: code === 0, text: `${output}${errors}` };
  }

  async leave(scenario: Scenario): Promise<void> {
    await this.#set.clear();
    if (this.#scene === scenario.name) await sceneOf(scenario.name)?.leave?.(this.#cluster);
    this.#scene = undefined;
  }

  async #apply(objects: readonly Manifest[], serving: ClusterServing): Promise<void> {
    await this.#set.become(objects);
    await untilSettled(this.#cluster, objects, serving);
    this.#youngUntil = Date.now() + youthMs;
  }

  async #patiently<T>(serving: ClusterServing, trial: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        await serving.refresh();
        return await trial();
      } catch (error) {
        if (Date.now() > this.#youngUntil) throw error;
        await delay(pauseMs);
      }
    }
  }
}
