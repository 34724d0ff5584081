import type { ListChange } from './kept-list.ts';

/** Tells all items apart. */
type Compare<T> = (a: T, b: T) => number;

/** Of more changes it is quicker to look at the whole list. */
const fewChanges = 64;

/** Brings a sorted list to a change, in place: a copy of thousands at each change would be work for the collector of garbage. */
export function enter<T>(list: T[], { gone, come }: ListChange<T>, compare: Compare<T>): void { // oxlint-disable-line max-params -- where, what, how sorted.
  if (gone.length + come.length > fewChanges) {
    const left = new Set(gone);
    const all = [...left.size === 0 ? list : list.filter((it) => !left.has(it)), ...come].sort(compare);
    list.length = 0;
    for (const it of all) list.push(it);
    return;
  }
  for (const it of gone) list.splice(placeIn(list, it, compare), 1);
  for (const it of come) list.splice(placeIn(list, it, compare), 0, it);
}

/** A sorted list with what each item was made into. */
export class SortedMapping<A, B> {
  readonly inputs: A[] = [];
  readonly outputs: B[] = [];
  readonly #compare: Compare<A>;

  constructor(compare: Compare<A>) {
    this.#compare = compare;
  }

  /** Goes on to a change of the inputs; returns that of the outputs. What is in both parts of it is made anew. */
  update({ gone, come }: ListChange<A>, make: (input: A) => B): ListChange<B> {
    const isMuch = gone.length + come.length > fewChanges;
    const [left, added] = isMuch ? this.#sort(gone, come, make) : this.#place(gone, come, make);
    const [out, into] = [new Set(left), new Set(added)];
    return { gone: left.filter((it) => !into.has(it)), come: added.filter((it) => !out.has(it)) };
  }

  #place(gone: readonly A[], come: readonly A[], make: (input: A) => B): [gone: B[], come: B[]] { // oxlint-disable-line max-params -- less, more.
    const left = gone.flatMap((it) => {
      const at = placeIn(this.inputs, it, this.#compare);
      this.inputs.splice(at, 1);
      return this.outputs.splice(at, 1);
    });
    const added = come.map((it) => {
      const [at, output] = [placeIn(this.inputs, it, this.#compare), make(it)];
      this.inputs.splice(at, 0, it);
      this.outputs.splice(at, 0, output);
      return output;
    });
    return [left, added];
  }

  #sort(gone: readonly A[], come: readonly A[], make: (input: A) => B): [gone: B[], come: B[]] { // oxlint-disable-line max-params -- less, more.
    const outputOf = new Map(this.inputs.map((it, at): [A, B] => [it, this.outputs[at] as B]));
    const left = gone.map((it) => outputOf.get(it) as B);
    for (const it of gone) outputOf.delete(it);
    const added = come.map((it) => {
      const output = make(it);
      outputOf.set(it, output);
      return output;
    });
    enter(this.inputs, { gone, come }, this.#compare);
    this.outputs.length = 0;
    for (const it of this.inputs) this.outputs.push(outputOf.get(it) as B);
    return [left, added];
  }
}

/** Where an item is in a sorted list, or belongs. */
function placeIn<T>(sorted: readonly T[], item: T, compare: Compare<T>): number { // oxlint-disable-line max-params -- where, what, how sorted.
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(sorted[middle]!, item) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
