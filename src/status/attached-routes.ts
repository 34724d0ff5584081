import type { ListChange } from '../base/index.ts';
import type { RouteNode } from '../attach/index.ts';

/** Accepted routes by listener key, each counted once however many of its parentRefs lead there. */
export class AttachedRoutes {
  readonly counts = new Map<string, number>();

  /** Goes over to other routes. Returns the keys of the listeners that have more or fewer than before. */
  update({ gone, come }: ListChange<RouteNode>): ReadonlySet<string> {
    const before = new Map<string, number>();
    for (const [nodes, by] of [[gone, -1], [come, 1]] as const) {
      for (const node of nodes) for (const key of listenersOf(node)) this.#count(key, by, before);
    }
    return new Set([...before].filter(([key, count]) => (this.counts.get(key) ?? 0) !== count).map(([key]) => key));
  }

  #count(key: string, by: number, before: Map<string, number>): void { // oxlint-disable-line max-params -- what, how many, and from where.
    const count = this.counts.get(key) ?? 0;
    if (!before.has(key)) before.set(key, count);
    if (count + by === 0) this.counts.delete(key);
    else this.counts.set(key, count + by);
  }
}

function listenersOf({ parents }: RouteNode): ReadonlySet<string> {
  return new Set(parents.flatMap((it) => (it.accepted.ok ? it.attachments.map(({ listener }) => listener.key) : [])));
}
