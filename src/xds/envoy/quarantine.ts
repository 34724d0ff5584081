import type { ResourceSet } from '../delta/delta-stream.ts';
import type { VersionedResource } from '../delta/messages.ts';
import type { EnvoyResourceKind, EnvoyResources } from '../translate/envoy-resources.ts';
import { type EnvoySet, kinds, setOf } from './envoy-set.ts';
import { versioned } from './probe.ts';
import { RouteCuts, type Cut, type CutRoute } from './route-cuts.ts';
import type { Culprit } from './route-inquiry.ts';

/** What some Envoy refuses: a resource, or a route of it. */
export interface EnvoyProblem {
  readonly kind: EnvoyResourceKind;
  /** Of the resource. */
  readonly name: string;
  /** Name of the route that is at fault. */
  readonly route?: string;
  /** What Envoy said. */
  readonly why: string;
}

interface RefusedVersion {
  readonly version: string;
  readonly why: string;
}

interface RefusedRoute extends Culprit {
  cut: Cut;
}

/**
 * What is kept from the Envoys of one group since one of them refuses it. In place of a resource they have the last version that was taken, in place of a
 * route an answer 500. All of it is known by content, so it ends by itself when the content changes.
 */
export class Quarantine {
  readonly #refused = new Map<EnvoyResourceKind, Map<string, RefusedVersion>>(kinds.map((it) => [it, new Map()]));
  readonly #routes = new Map<string, RefusedRoute>();
  /** The last versions that some Envoy took. */
  readonly #good = new Map<EnvoyResourceKind, Map<string, VersionedResource>>(kinds.map((it) => [it, new Map()]));

  accepted(kind: EnvoyResourceKind, resources: readonly VersionedResource[]): void {
    const good = this.#good.get(kind)!;
    for (const it of resources) good.set(it.name, it);
  }

  good(kind: EnvoyResourceKind, name: string): VersionedResource | undefined {
    return this.#good.get(kind)!.get(name);
  }

  refuse(kind: EnvoyResourceKind, { name, version }: VersionedResource, why: string): void {
    this.#refused.get(kind)!.set(name, { version, why });
  }

  /** It may be tried again. */
  forgive(kind: EnvoyResourceKind, name: string): void {
    this.#refused.get(kind)!.delete(name);
  }

  refuseRoutes(culprits: readonly Culprit[]): void {
    for (const it of culprits) this.#routes.set(it.route.id, { ...it, cut: 'answer' });
  }

  /** An answer with the match of these routes is refused too: nothing is left of them. Whether that changes anything. */
  dropRoutes(among: readonly CutRoute[]): boolean {
    const answered = among.flatMap((it) => this.#routes.get(it.id) ?? []).filter((it) => it.cut === 'answer');
    for (const it of answered) it.cut = 'drop';
    return answered.length > 0;
  }

  /** Why a resource is refused as it is wanted. */
  refusal(kind: EnvoyResourceKind, { name, version }: Pick<VersionedResource, 'name' | 'version'>): string | undefined {
    const refused = this.#refused.get(kind)!.get(name);
    return refused?.version === version ? refused.why : undefined;
  }

  /** What can be sent of what is wanted, and what is kept back. Forgets what is wanted no more. */
  sieve(wanted: EnvoyResources): { readonly set: EnvoySet; readonly problems: readonly EnvoyProblem[] } {
    const problems: EnvoyProblem[] = [];
    const sets = new Map(kinds.map((kind) => [kind, this.#sieveKind(kind, setOf(wanted[kind]), problems)]));
    return { set: Object.fromEntries(sets) as EnvoySet, problems };
  }

  #sieveKind(kind: EnvoyResourceKind, wanted: ResourceSet, problems: EnvoyProblem[]): ResourceSet {
    const mended = kind === 'routes' ? this.#withoutRoutes(wanted, problems) : wanted;
    const [refused, good] = [this.#refused.get(kind)!, this.#good.get(kind)!];
    for (const name of good.keys()) if (!wanted.resources.has(name)) good.delete(name);
    for (const [name, { version }] of refused) if (mended.resources.get(name)?.version !== version) refused.delete(name);
    if (refused.size === 0) return mended;
    const resources = new Map(mended.resources);
    for (const [name, { why }] of refused) {
      problems.push({ kind, name, why });
      const before = good.get(name);
      if (before === undefined) resources.delete(name);
      else resources.set(name, before);
    }
    return { resources };
  }

  #withoutRoutes(wanted: ResourceSet, problems: EnvoyProblem[]): ResourceSet {
    if (this.#routes.size === 0) return wanted;
    const [resources, seen] = [new Map(wanted.resources), new Set<string>()];
    for (const [name, resource] of wanted.resources) {
      const cuts = new RouteCuts(resource.bytes);
      const culprits = cuts.routes.flatMap((it) => this.#routes.get(it.id) ?? []);
      if (culprits.length === 0) continue;
      for (const { route, why } of culprits) {
        seen.add(route.id);
        problems.push({ kind: 'routes', name, route: route.name, why });
      }
      resources.set(name, versioned(name, cuts.without(new Map(culprits.map((it) => [it.route.id, it.cut])))));
    }
    for (const id of this.#routes.keys()) if (!seen.has(id)) this.#routes.delete(id);
    return { resources };
  }
}
