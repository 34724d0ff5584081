import { Redacted } from './redacted.ts';

/** Whether two values mean the same: plain objects, lists and maps by what is in them, secrets by what they hide, all else by identity. */
export function hasSameContent(a: unknown, b: unknown): boolean {
  return Object.is(a, b) || (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && isSameObject(a, b));
}

function isSameObject(a: object, b: object): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, index) => hasSameContent(item, b[index]));
  if (a instanceof Map) return b instanceof Map && a.size === b.size && [...a].every(([key, value]) => b.has(key) && hasSameContent(value, b.get(key)));
  if (a instanceof Redacted) return b instanceof Redacted && hasSameContent(a.reveal(), b.reveal());
  return isPlain(a) && isPlain(b) && hasSameFields(a, b);
}

/** `before` where it means the same as `after`, so that those who compare by identity see no change. */
export function kept<T>(before: T | undefined, after: T): T {
  return before !== undefined && hasSameContent(before, after) ? before : after;
}

type Plain = { readonly [field: string]: unknown };

function isPlain(value: object): value is Plain {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function hasSameFields(a: Plain, b: Plain): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && hasSameContent(a[name], b[name]));
}
