import { createHash } from 'node:crypto';
import type { Origin } from '../../contract/index.ts';
import type { Messages } from '../gen/messages.ts';
import type { Described } from './describe.ts';
import { encode } from './encode.ts';
import type { EnvoyResource } from './envoy-resources.ts';

/** By the node that they are made of, and by name: a backend is several clusters where it is shown several certificates. */
const known = new WeakMap<object, Map<string, EnvoyResource>>();

/** A resource encoded; one that is made of a single node of the IR is remembered with it. */
export function resource<Type extends keyof Messages>(type: Type, { name, value, origins, node }: Described<Messages[Type]>): EnvoyResource {
  const id = `${type} ${name}`;
  const found = node === undefined ? undefined : known.get(node)?.get(id);
  if (found !== undefined) return found;
  const made = withVersion(name, encode(type, value()), origins);
  if (node !== undefined) known.set(node, (known.get(node) ?? new Map()).set(id, made));
  return made;
}

export function withVersion(name: string, body: Buffer, origins: readonly Origin[]): EnvoyResource {
  return { name, version: createHash('sha256').update(body).digest('base64url').slice(0, 22), body, origins };
}

export function isSameOrigins(one: readonly Origin[], other: readonly Origin[]): boolean {
  return one.length === other.length && one.every((it, index) => it === other[index] || JSON.stringify(it) === JSON.stringify(other[index]));
}

/** Whether nothing of it is other than it was. */
export function isAsBefore(now: EnvoyResource, before: EnvoyResource | undefined): boolean {
  return before !== undefined && (now === before || (now.version === before.version && isSameOrigins(now.origins, before.origins)));
}
