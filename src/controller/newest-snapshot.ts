import type { Snapshot, SnapshotChange } from '../contract/index.ts';

/** `next`, which takes the place of one that nobody has looked at: what it says of differences begins where that one's did. */
export function inPlaceOf(waiting: Snapshot | undefined, next: Snapshot): Snapshot {
  const { since } = next;
  if (waiting?.since === undefined || since === undefined || since.earlier !== waiting.id) return next;
  return withSince(next, joined(waiting.since, since));
}

/** Objects may be listed only when somebody asks, so they are not read here. */
function withSince(snapshot: Snapshot, since: SnapshotChange): Snapshot {
  return Object.create(snapshot, { since: { value: since, enumerable: true } }) as Snapshot;
}

function joined(first: SnapshotChange, second: SnapshotChange): SnapshotChange {
  const [gone, come] = [new Set([...first.gone, ...second.gone]), new Set([...first.come, ...second.come])];
  return { earlier: first.earlier, gone: [...gone].filter((it) => !come.has(it)), come: [...come].filter((it) => !gone.has(it)) };
}
