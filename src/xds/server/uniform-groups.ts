import { DeltaStream, type ResourceSet, type Settled } from '../delta/delta-stream.ts';
import type { DeltaRequest } from '../delta/messages.ts';
import type { Conversation, Discovery, Peer } from './discovery.ts';

export interface UniformGroupsOptions {
  /** The one type that is served. */
  readonly typeUrl: string;
  /** A client took or refused a set. */
  onSettled(group: string, instance: string, settled: Settled): void;
  /** A client came or went; the instances that are there now. */
  onClients(group: string, instances: readonly string[]): void;
}

interface Client extends Peer {
  readonly delta: DeltaStream;
}

/** Resources of one type, all of which each client of a group has: configuration for native data planes. */
export class UniformGroups implements Discovery {
  readonly #options: UniformGroupsOptions;
  readonly #sets = new Map<string, ResourceSet>();
  readonly #clients = new Map<string, Set<Client>>();

  constructor(options: UniformGroupsOptions) {
    this.#options = options;
  }

  serves(typeUrl: string): boolean {
    return typeUrl === this.#options.typeUrl;
  }

  /** What the clients of a group are to have from now on. `changed`: names whose resources differ from the set before; undefined: any may. */
  publish(group: string, set: ResourceSet, changed?: ReadonlySet<string>): void {
    this.#sets.set(group, set);
    for (const client of this.#clients.get(group) ?? []) say(client, client.delta.want(set, changed));
  }

  /** The group is no more; its clients keep what they have. */
  forget(group: string): void {
    this.#sets.delete(group);
  }

  join(peer: Peer): Conversation {
    const client: Client = { ...peer, delta: new DeltaStream(this.#options.typeUrl) };
    const { group, instance, delta } = client;
    const clients = this.#clients.get(group) ?? new Set();
    this.#clients.set(group, clients.add(client));
    const tell = (): void => this.#options.onClients(group, [...clients].map((it) => it.instance));
    tell();
    const set = this.#sets.get(group);
    if (set !== undefined) say(client, delta.want(set));
    return {
      take: (request: DeltaRequest) => {
        const { settled, response } = delta.take(request);
        if (settled !== undefined) this.#options.onSettled(group, instance, settled);
        say(client, response);
      },
      close: () => {
        clients.delete(client);
        if (clients.size === 0) this.#clients.delete(group);
        tell();
      },
    };
  }
}

function say(client: Client, response: ReturnType<DeltaStream['want']>): void {
  if (response !== undefined) client.send(response);
}
