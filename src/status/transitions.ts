import type { StatusDocument } from './status-documents.ts';

/**
 * Carries the times of conditions over from the previous status of the object, so that `lastTransitionTime` says when the status changed and
 * not when it was last computed. A value that did not change at all keeps its identity.
 */
export function keepTimes(previous: StatusDocument | undefined, next: StatusDocument): StatusDocument {
  return previous === undefined ? next : carry(previous, next) as StatusDocument;
}

interface Timed {
  readonly status?: unknown;
  readonly lastTransitionTime: unknown;
}

type Fields = { readonly [name: string]: unknown };

/** `after` with the times of `before`; `before` itself where nothing else differs, so that nobody need compare the two again. */
function carry(before: unknown, after: unknown): unknown {
  if (typeof after !== 'object' || after === null || before === after) return after;
  if (Array.isArray(after)) {
    const items = after.map((item, index) => carry(counterpart(before, item, index), item));
    return Array.isArray(before) && before.length === items.length && items.every((item, index) => item === before[index]) ? before : items;
  }
  const was = (typeof before === 'object' && before !== null ? before : {}) as Fields;
  const result: { [name: string]: unknown } = {};
  for (const [name, value] of Object.entries(after)) result[name] = carry(was[name], value);
  if ('lastTransitionTime' in after && (was as unknown as Timed).status === (after as Timed).status) result['lastTransitionTime'] = (was as unknown as Timed).lastTransitionTime;
  return hasSameFields(was, result) ? was : result;
}

function hasSameFields(a: Fields, b: Fields): boolean {
  const names = Object.keys(b);
  return names.length === Object.keys(a).length && names.every((name) => name in a && a[name] === b[name]);
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
  return identity === undefined || typeof identity === 'string' ? identity : JSON.stringify(identity);
}
