import type { Finding, ObjectRef } from '../../contract/index.ts';
import type { Modeled } from '../../model/index.ts';
import type { Known } from '../known.ts';
import { findingAt } from './written-at.ts';

/** A reference into another namespace. */
interface Crossing {
  readonly from: ObjectRef;
  readonly to: ObjectRef;
}

/** ReferenceGrants that no reference needs, and those that open all Secrets of a namespace where a few are meant. */
export function looseGrants(known: Known): Finding[] {
  const { model } = known.meaning ?? {};
  if (model === undefined || model.objects.ReferenceGrant.size === 0) return [];
  const kinds = Object.values(model.objects) as readonly ReadonlyMap<string, Modeled<{ readonly spec?: unknown }>>[];
  const crossings = kinds.flatMap((objects) => [...objects.values()].flatMap((it) => crossingsIn(it.ref, it.object.spec, '')));
  return [...model.objects.ReferenceGrant.values()].flatMap(({ ref, object: { spec } }) => spec.to.flatMap((to, index): Finding[] => {
    const isFrom = ({ from }: Crossing): boolean => spec.from.some((it) => it.group === from.group && it.kind === from.kind && it.namespace === from.namespace);
    const used = crossings.filter((it) => isFrom(it) && it.to.namespace === ref.namespace && it.to.group === to.group && it.to.kind === to.kind && (to.name === undefined || to.name === '' || to.name === it.to.name));
    const at = { ref, path: ['spec', 'to', index] };
    const who = spec.from.map((it) => `${it.kind}s of ${it.namespace}`).join(', ');
    if (used.length === 0) return [findingAt(known, 'unused-grant', at, { message: `ReferenceGrant ${ref.namespace}/${ref.name} lets ${who} refer to ${to.kind}${to.name === undefined || to.name === '' ? 's' : ` ${to.name}`}, and none of these manifests does.`, hint: 'Delete it where nothing else needs it: what is granted can be used.' })];
    if (to.kind !== 'Secret' || (to.name !== undefined && to.name !== '')) return [];
    const names = [...new Set(used.map((it) => it.to.name))];
    return [findingAt(known, 'wide-grant', at, { message: `ReferenceGrant ${ref.namespace}/${ref.name} opens every Secret of the namespace to ${who}; ${names.join(', ')} ${names.length === 1 ? 'is' : 'are'} used.`, hint: `Name what is meant: name: ${names[0]}.` })];
  }));
}

/** References in a value, at any depth: what has a name and a namespace of its own, in a field that is called one. */
function crossingsIn(from: ObjectRef, value: unknown, field: string): Crossing[] {
  if (Array.isArray(value)) return value.flatMap((it) => crossingsIn(from, it, field));
  if (typeof value !== 'object' || value === null) return [];
  const { group, kind, name, namespace } = value as Readonly<Record<string, unknown>>;
  const inner = Object.entries(value).flatMap(([key, it]) => crossingsIn(from, it, key));
  if (!/Refs?$/.test(field) || typeof name !== 'string' || typeof namespace !== 'string' || namespace === from.namespace) return inner;
  return [...inner, { from, to: { group: typeof group === 'string' ? group : '', kind: typeof kind === 'string' ? kind : field.startsWith('certificate') ? 'Secret' : 'Service', namespace, name } }];
}
