import type { Snapshot, SnapshotChange } from '../contract/index.ts';

/** `next`, which takes the place of one that nobody has looked at: what it says of differences begins where that one's did. */
export function inPlaceOf(waiting: Snapshot | undefined, next: Snapshot): Snapshot {
  if (waiting?.since === undefined || next.since?.earlier !== waiting.objects) return next;
  return { ...next, since: joined(waiting.since, next.since) };
}

function joined(first: SnapshotChange, second: SnapshotChange): SnapshotChange {
  const [gone, come] = [new Set([...first.gone, ...second.gone]), new Set([...first.come, ...second.come])];
  return { earlier: first.earlier, gone: [...gone].filter((it) => !come.has(it)), come: [...come].filter((it) => !gone.has(it)) };
}
