import { randomInt } from 'node:crypto';
import { AddressBook, type Applied, checkAuthorities, checkKeyPair, Controller, CONTROLLER_NAME } from '../../../src/controller/index.ts';
import type { Place } from '../../../src/proxy/index.ts';
import { Cluster } from '../../conformance/harness/cluster.ts';
import type { Wire } from '../../harness/wire.ts';
import type { BehaviourCase, Manifest } from './behaviour-case.ts';
import { backendObjects, completed, gatewayClass, secretObjects, usualGateway } from './case-objects.ts';
import type { DataPlane, DataPlaneKind } from './data-plane.ts';
import { Pod } from './pod.ts';

/** A loopback network of this process, so that test files beside each other do not meet. */
const network = `127.${randomInt(128, 250)}.${randomInt(1, 250)}`;

/** One case at work: its pods, its objects, the controller and the data plane. */
export class World {
  readonly pods: readonly Pod[];
  readonly wires: Map<string, Wire> = new Map();
  /** Whether weights are kept to the request, or by chance. */
  readonly shares: DataPlaneKind['shares'];
  readonly #plane: DataPlane;
  readonly #cluster: Cluster;
  readonly #controller: Controller;
  /** Where listeners are or were, by `gateway/listener`. */
  readonly #places = new Map<string, Place>();
  #first: string | undefined;
  #applied: Applied | undefined;
  #bug: unknown;

  private constructor(pods: readonly Pod[], plane: DataPlane, cluster: Cluster, kind: DataPlaneKind) {
    this.pods = pods;
    this.#plane = plane;
    this.shares = kind.shares;
    this.#cluster = cluster;
    this.#controller = new Controller({
      settings: { controllerName: CONTROLLER_NAME, capabilities: kind.capabilities, adoptForeignClasses: false, checkAuthorities, checkKeyPair },
      addresses: new AddressBook({ pool: `${network}.0/24` }),
      apply: (ir, _, change) => plane.apply(ir, change),
      onApplied: (applied) => { this.#applied = applied; },
      onBug: (error) => { this.#bug = error; },
    });
  }

  static async start(one: BehaviourCase, kind: DataPlaneKind): Promise<World> {
    const pods = Object.entries(one.backends ?? {}).flatMap(([service, spec]) => (
      Array.from({ length: (spec.pods ?? 1) + (spec.unready ?? 0) }, (_, index) => new Pod(service, `${service}-${index + 1}`, spec))));
    for (const pod of pods) await pod.start();
    const manifests = one.manifests.some((it) => it.kind === 'Gateway') ? one.manifests : [usualGateway, ...one.manifests];
    const cluster = new Cluster([gatewayClass, ...backendObjects(one, pods), ...secretObjects(one), ...manifests.map((it) => completed(it, pods))]);
    const world = new World(pods, await kind.start(one.settings ?? {}), cluster, kind);
    try {
      await world.#bring();
      return world;
    } catch (error) {
      await world.stop();
      throw error;
    }
  }

  /** Codes of the errors that the manifests give, sorted, each once. */
  get errors(): string[] {
    const codes = (this.#applied?.findings ?? []).filter((it) => it.severity === 'error').map((it) => it.code);
    return [...new Set(codes)].sort();
  }

  async apply(manifests: readonly Manifest[], removed: readonly string[]): Promise<void> {
    this.#cluster.tick();
    for (const manifest of manifests) this.#cluster.put(completed(manifest, this.pods));
    this.#cluster.edit(removed.map((of) => ({ op: 'delete', of })), (slice) => slice);
    await this.#bring();
  }

  async #bring(): Promise<void> {
    await this.#controller.update(this.#cluster.snapshot());
    if (this.#bug !== undefined) throw this.#bug;
    for (const [key, listener] of Object.entries(this.#applied?.ir.listeners ?? {})) {
      const place = this.#plane.addressOf(key);
      const name = `${listener.origin.name}/${listener.origin.section}`;
      if (place === undefined) throw new Error(`listener ${name} is not open`);
      this.#places.set(name, place);
      this.#first ??= name;
    }
  }

  /** Where a listener is, or was while it existed. */
  placeOf(to: string | undefined): Place {
    const place = this.#places.get(to ?? this.#first ?? '');
    if (place === undefined) throw new Error(`no listener ${to ?? ''} was ever served`);
    return place;
  }

  podsOf(service: string): readonly Pod[] {
    const found = this.pods.filter((pod) => pod.service === service);
    if (found.length === 0) throw new Error(`the case has no backend ${service}`);
    return found;
  }

  async stop(): Promise<void> {
    for (const { socket } of this.wires.values()) socket.destroy();
    await this.#plane.stop();
    for (const pod of this.pods) pod.stop();
  }
}
