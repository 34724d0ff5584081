/** A decision with its reason, made once here and read by status, lower, lint and explain. */
export interface Verdict {
  readonly ok: boolean;
  /** A CamelCase token of the Gateway API. */
  readonly reason: string;
  /** One sentence for people, naming object, field and cause. */
  readonly message: string;
}

export function accept(reason: string, message: string): Verdict {
  return { ok: true, reason, message };
}

export function refuse(reason: string, message: string): Verdict {
  return { ok: false, reason, message };
}
