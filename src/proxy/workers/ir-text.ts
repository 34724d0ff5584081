import { Redacted } from '../../base/index.ts';
import type { Ir } from '../../ir/index.ts';

/** No key of the IR is like it. */
const secret = '\0secret';
const writtenSecret = JSON.stringify(secret).slice(1, -1);

/** An IR, or a part of one, as text for another process of this program. Secrets are in it, in the open: it goes over a private channel and nowhere else. */
export function irText(part: unknown): string {
  // A function that is asked of each field takes ten times as long, and few parts have secrets.
  if (!holdsSecret(part)) return JSON.stringify(part);
  return JSON.stringify(part, function reveal(this: Readonly<Record<string, unknown>>, key: string, value: unknown): unknown {
    const own = this[key];
    return own instanceof Redacted ? { [secret]: own.reveal() } : value;
  });
}

function holdsSecret(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (value instanceof Redacted) return true;
  return Array.isArray(value) ? value.some(holdsSecret) : Object.values(value).some(holdsSecret);
}

/** The IR of a text, its secrets closed again. */
export function irFromText(text: string): Ir {
  if (!text.includes(writtenSecret)) return JSON.parse(text) as Ir;
  return JSON.parse(text, (_, value: unknown) => (isSecret(value) ? new Redacted(value[secret]) : value)) as Ir;
}

function isSecret(value: unknown): value is { readonly [secret]: unknown } {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, secret);
}
