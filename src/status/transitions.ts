import { refKey } from '../contract/index.ts';
import type { StatusDocument } from './status-documents.ts';

/**
 * Carries the times of conditions over from the previous status, so that `lastTransitionTime` says when the status changed and
 * not when it was last computed. A value that did not change at all keeps its identity.
 */
export function keepTransitionTimes(previous: readonly StatusDocument[], next: readonly StatusDocument[]): StatusDocument[] {
  const known = new Map(previous.map((it) => [refKey(it.ref), it]));
  return next.map((document) => {
    const before = known.get(refKey(document.ref));
    if (before === undefined) return document;
    const merged = { ...document, status: carry(before.status, document.status) as StatusDocument['status'] };
    return JSON.stringify(merged) === JSON.stringify(before) ? before : merged;
  });
}

interface Timed {
  readonly type?: unknown;
  readonly status?: unknown;
  readonly lastTransitionTime: unknown;
}

function carry(before: unknown, after: unknown): unknown {
  if (Array.isArray(after)) return after.map((item, index) => carry(counterpart(before, item, index), item));
  if (typeof after !== 'object' || after === null) return after;
  if ('lastTransitionTime' in after) {
    const then = before as Timed | undefined;
    return then?.status === (after as Timed).status ? { ...after, lastTransitionTime: then?.lastTransitionTime } : after;
  }
  const was = typeof before === 'object' && before !== null ? before as Record<string, unknown> : {};
  return Object.fromEntries(Object.entries(after).map(([key, value]) => [key, carry(was[key], value)]));
}

/** Items are the same by type, name or parentRef, else by place. */
function counterpart(before: unknown, item: unknown, index: number): unknown {
  if (!Array.isArray(before)) return undefined;
  if (typeof item !== 'object' || item === null) return before[index];
  const identity = identityOf(item);
  return identity === undefined ? before[index] : before.find((it) => identityOf(it) === identity);
}

function identityOf(item: unknown): string | undefined {
  const { type, name, parentRef } = (item ?? {}) as Record<string, unknown>;
  const identity = type ?? name ?? parentRef;
  return identity === undefined ? undefined : JSON.stringify(identity);
}
