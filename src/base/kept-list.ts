/** What differs between two lists. An item that only moved is in neither part. */
export interface ListChange<T> {
  readonly gone: readonly T[];
  readonly come: readonly T[];
}

/** Told of the items of two lists in turn; indexes are those of the list that the item is in. */
interface Walk {
  /** So many items from these places on. */
  kept(before: number, after: number, count: number): void;
  gone(before: number): void;
  come(after: number): void;
}

/** How far both lists are looked ahead for the next item that they share. */
const farthest = 32;

/**
 * Compares lists whose items keep their identity while they stay the same: a nanosecond or two an item where few differ, so that a list is
 * its own index of what changed.
 */
export function listChange<T>(before: readonly T[], after: readonly T[]): ListChange<T> {
  if (before === after) return { gone: [], come: [] };
  const gone: T[] = [];
  const come: T[] = [];
  walk(before, after, { kept: () => undefined, gone: (at) => void gone.push(before[at]!), come: (at) => void come.push(after[at]!) });
  if (gone.length === 0 || come.length === 0) return { gone, come };
  const [out, into] = [new Set(gone), new Set(come)];
  return { gone: gone.filter((it) => !into.has(it)), come: come.filter((it) => !out.has(it)) };
}

/** What a list was made into, item by item. */
export interface Mapped<A, B> {
  readonly inputs: readonly A[];
  readonly outputs: readonly B[];
}

/** As `map`, but an input that was there before has its output of then. */
export function mapKept<A, B>(before: Mapped<A, B>, inputs: readonly A[], make: (input: A) => B): Mapped<A, B> {
  if (before.inputs === inputs) return before;
  if (before.inputs.length === 0) return { inputs, outputs: inputs.map(make) };
  const outputs: B[] = [];
  outputs.length = inputs.length;
  const moved = new Map<A, B>();
  const fresh: number[] = [];
  walk(before.inputs, inputs, {
    kept: (from, to, count) => { for (let i = 0; i < count; i++) outputs[to + i] = before.outputs[from + i]!; },
    gone: (from) => void moved.set(before.inputs[from]!, before.outputs[from]!),
    come: (to) => void fresh.push(to),
  });
  for (const to of fresh) {
    const input = inputs[to]!;
    outputs[to] = moved.has(input) ? moved.get(input)! : make(input);
  }
  return { inputs, outputs };
}

function walk<T>(before: readonly T[], after: readonly T[], told: Walk): void {
  let [from, to] = [0, 0];
  while (from < before.length && to < after.length) {
    const count = sharedRun(before, after, from, to);
    if (count > 0) {
      told.kept(from, to, count);
      from += count;
      to += count;
      continue;
    }
    const step = nextShared(before, after, from, to);
    if (step === undefined) return rest(before, after, { from, to }, told);
    for (let i = 0; i < step.gone; i++) told.gone(from++);
    for (let i = 0; i < step.come; i++) told.come(to++);
  }
  while (from < before.length) told.gone(from++);
  while (to < after.length) told.come(to++);
}

/** How many items from these places on are the same. */
function sharedRun(before: readonly unknown[], after: readonly unknown[], from: number, to: number): number { // oxlint-disable-line max-params -- two places.
  const most = Math.min(before.length - from, after.length - to);
  let count = 0;
  while (count < most && before[from + count] === after[to + count]) count++;
  return count;
}

/** How many items to leave behind in each list to come to one that both have, nearby. */
function nextShared<T>(before: readonly T[], after: readonly T[], from: number, to: number): { readonly gone: number; readonly come: number } | undefined { // oxlint-disable-line max-params -- two places.
  for (let ahead = 1; ahead <= farthest; ahead++) {
    if (from + ahead < before.length && before[from + ahead] === after[to]) return { gone: ahead, come: 0 };
    if (to + ahead < after.length && before[from] === after[to + ahead]) return { gone: 0, come: ahead };
    const [endOfBefore, endOfAfter] = [from + ahead >= before.length, to + ahead >= after.length];
    if (endOfBefore && endOfAfter) return { gone: before.length - from, come: after.length - to };
    if (!endOfBefore && !endOfAfter && before[from + ahead] === after[to + ahead]) return { gone: ahead, come: ahead };
  }
  return undefined;
}

/** Much differs: the rest is compared item by item, wherever each stands. */
function rest<T>(before: readonly T[], after: readonly T[], start: { readonly from: number; readonly to: number }, told: Walk): void { // oxlint-disable-line max-params -- two lists.
  const places = new Map<T, number>();
  for (let from = start.from; from < before.length; from++) places.set(before[from]!, from);
  for (let to = start.to; to < after.length; to++) {
    const from = places.get(after[to]!);
    if (from === undefined) {
      told.come(to);
      continue;
    }
    places.delete(after[to]!);
    told.kept(from, to, 1);
  }
  for (const from of places.values()) told.gone(from);
}
