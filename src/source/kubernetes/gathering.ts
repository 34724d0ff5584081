import { listChange } from '../../base/index.ts';
import type { Finding, Snapshot, SourceObject } from '../../contract/index.ts';
import { NotedObjects } from './noted-objects.ts';

/** A kind, as far as its objects go. */
export interface Gathered {
  readonly objects: ReadonlyMap<string, SourceObject>;
}

interface Known {
  readonly objects: Gathered['objects'];
  readonly list: () => readonly SourceObject[];
}

/** Makes snapshots of the objects of all kinds, each with how it differs from the one before. */
export class Gathering {
  readonly #kinds: readonly Gathered[];
  #known: readonly Known[] = [];
  #earlier: object = {};

  constructor(kinds: readonly Gathered[]) {
    this.#kinds = kinds;
  }

  snapshot(findings: readonly Finding[]): Snapshot {
    const [gone, come]: [SourceObject[], SourceObject[]] = [[], []];
    this.#known = this.#kinds.map(({ objects }, index) => {
      const before = this.#known[index];
      const noted = objects instanceof NotedObjects ? objects.take() : undefined;
      const list = noted?.list ?? listOf(objects);
      const change = noted !== undefined && before?.objects === objects ? noted : listChange(before?.list() ?? [], list());
      gone.push(...change.gone);
      come.push(...change.come);
      return { objects, list };
    });
    const earlier = this.#earlier;
    this.#earlier = {};
    return lazily({ id: this.#earlier, findings, since: { earlier, gone, come } }, this.#known.map(({ list }) => list));
  }
}

function listOf(objects: Gathered['objects']): () => readonly SourceObject[] {
  const list = [...objects.values()];
  return () => list;
}

/** It lists its objects when somebody asks: whoever goes on from the one before does not. */
function lazily(known: Omit<Snapshot, 'objects'>, lists: readonly (() => readonly SourceObject[])[]): Snapshot {
  let objects: readonly SourceObject[] | undefined;
  return { ...known, get objects() { return objects ??= ([] as SourceObject[]).concat(...lists.map((it) => it())); } };
}
