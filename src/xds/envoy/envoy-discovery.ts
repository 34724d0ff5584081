import type { Discovery, Peer, Conversation } from '../server/discovery.ts';
import type { EnvoyResources } from '../translate/envoy-resources.ts';
import { EnvoyGroup } from './envoy-group.ts';
import { kindOf } from './envoy-set.ts';

export interface EnvoyDiscoveryOptions {
  /** The Envoys of a group, or what they made of their configuration, are others than before. */
  onNews(group: string): void;
}

/** Hands configuration to Envoys, each group its own. */
export class EnvoyDiscovery implements Discovery {
  readonly #options: EnvoyDiscoveryOptions;
  readonly #groups = new Map<string, EnvoyGroup>();

  constructor(options: EnvoyDiscoveryOptions) {
    this.#options = options;
  }

  serves(typeUrl: string): boolean {
    return kindOf(typeUrl) !== undefined;
  }

  join({ group, instance, send }: Peer): Conversation {
    const { take, close } = this.group(group).join(instance, send);
    return {
      take,
      close: () => {
        close();
        this.#drop(group);
      },
    };
  }

  publish(group: string, wanted: EnvoyResources): void {
    this.group(group).publish(wanted);
  }

  /** The group is no more; its Envoys keep what they have. */
  forget(group: string): void {
    this.#groups.get(group)?.retire();
    this.#drop(group);
  }

  /** Whether Envoys follow it. */
  isFollowed(group: string): boolean {
    return this.#groups.get(group)?.isEmpty === false;
  }

  /** What is known of a group. */
  group(name: string): EnvoyGroup {
    const known = this.#groups.get(name) ?? new EnvoyGroup(() => this.#options.onNews(name));
    this.#groups.set(name, known);
    return known;
  }

  /** One that wants nothing and that nobody follows is no longer needed. */
  #drop(group: string): void {
    if (this.#groups.get(group)?.isIdle === true) this.#groups.delete(group);
  }
}
