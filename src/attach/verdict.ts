import type { FieldPath } from '../contract/index.ts';

/** A decision with its reason, made once here and read by status, lower, lint and explain. */
export interface Verdict {
  readonly ok: boolean;
  /** A CamelCase token of the Gateway API. */
  readonly reason: string;
  /** One sentence for people, naming object, field and cause. */
  readonly message: string;
  /** The field that decided, where it is narrower than what the verdict is about. */
  readonly path?: FieldPath;
  /** What to do, where it is not what the reason usually asks for. */
  readonly hint?: string;
}

export function accept(reason: string, message: string): Verdict {
  return { ok: true, reason, message };
}

export function refuse(reason: string, message: string, path?: FieldPath): Verdict {
  return { ok: false, reason, message, ...(path === undefined ? {} : { path }) };
}
