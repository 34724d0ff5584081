import type { Snapshot } from '../../src/contract/index.ts';
import { Gathering } from '../../src/source/kubernetes/gathering.ts';
import { NotedObjects } from '../../src/source/kubernetes/noted-objects.ts';
import { sourceObject } from './stages.ts';

type PlainObject = { readonly [field: string]: unknown };

const kinds = ['GatewayClass', 'Gateway', 'ListenerSet', 'HTTPRoute', 'Service', 'EndpointSlice'] as const;

/** Objects of a cluster that is followed: snapshots are gathered as the cluster source does it. */
export class Followed {
  readonly #kinds = kinds.map(() => ({ objects: new NotedObjects() }));
  readonly #gathering = new Gathering(this.#kinds);

  put(object: PlainObject): void {
    this.#of(object).set(keyOf(object), sourceObject(object));
  }

  delete(object: PlainObject): void {
    this.#of(object).delete(keyOf(object));
  }

  #of({ kind }: PlainObject): NotedObjects {
    return this.#kinds[kinds.indexOf(kind as (typeof kinds)[number])]!.objects;
  }

  get snapshot(): Snapshot {
    return this.#gathering.snapshot([]);
  }
}

function keyOf({ metadata }: PlainObject): string {
  const { namespace, name } = metadata as { readonly namespace?: string; readonly name: string };
  return `${namespace ?? ''}/${name}`;
}
