import { perObject } from '../../base/index.ts';
import type { ResourceSet } from '../delta/delta-stream.ts';
import type { VersionedResource } from '../delta/messages.ts';
import { envoyTypeUrls, type EnvoyResource, type EnvoyResourceKind, type EnvoyTable } from '../translate/envoy-resources.ts';

/** What Envoys are to have, as it is sent: each state is a value of its own. */
export type EnvoySet = { readonly [kind in EnvoyResourceKind]: ResourceSet };

/** What is referred to; it has to be there first, and goes last. */
export const referred: readonly EnvoyResourceKind[] = ['secrets', 'clusters', 'endpoints'];
/** What refers. */
export const referring: readonly EnvoyResourceKind[] = ['listeners', 'routes'];
export const kinds: readonly EnvoyResourceKind[] = [...referred, ...referring];

const kindOfType: ReadonlyMap<string, EnvoyResourceKind> = new Map(kinds.map((it) => [envoyTypeUrls[it], it]));

export function kindOf(typeUrl: string): EnvoyResourceKind | undefined {
  return kindOfType.get(typeUrl);
}

/** The resource as it is sent; the same one for the same. */
export const asSent = perObject(({ name, version, body }: EnvoyResource): VersionedResource => ({ name, version, bytes: Buffer.from(body.buffer, body.byteOffset, body.byteLength) }));

/** A whole table as it is sent; the same set for the same table. */
export const setOf = perObject((table: EnvoyTable): ResourceSet => ({ resources: new Map([...table].map(([name, resource]) => [name, asSent(resource)])) }));

const differences = new WeakMap<ResourceSet, WeakMap<ResourceSet, ReadonlySet<string>>>();

/** Names of the resources that are not in both sets alike; worked out once for any number of Envoys. */
export function changedNames(before: ResourceSet, after: ResourceSet): ReadonlySet<string> {
  if (before === after) return nothing;
  const known = differences.get(after)?.get(before);
  if (known !== undefined) return known;
  const changed = new Set<string>();
  for (const [name, resource] of after.resources) if (before.resources.get(name)?.version !== resource.version) changed.add(name);
  for (const name of before.resources.keys()) if (!after.resources.has(name)) changed.add(name);
  const ofAfter = differences.get(after) ?? new WeakMap<ResourceSet, ReadonlySet<string>>();
  differences.set(after, ofAfter.set(before, changed));
  return changed;
}

const nothing: ReadonlySet<string> = new Set();
