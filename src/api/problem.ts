import { findingCodes, type FieldPath, type FindingCode, type Mend, type Severity } from '../contract/index.ts';

/** What is wrong with one document, and where in it. */
export interface Problem {
  readonly code: FindingCode;
  readonly severity: Severity;
  /** From the root of the document; may name a field that is missing. */
  readonly path: FieldPath;
  /** What of the field is meant; the value where absent. */
  readonly part?: 'key' | 'value';
  /** What is wrong, naming field and value, in the API server's words where it has good ones. */
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string;
  /** The same as an edit, where it is plain. */
  readonly mend?: Mend;
}

export interface ProblemText {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly mend?: Mend | undefined;
  readonly part?: 'key' | 'value';
}

/** A problem with the severity that its code usually has; the path is copied. */
export function problem(code: FindingCode, path: FieldPath, text: ProblemText): Problem {
  const { message, hint, mend, part } = text;
  return { code, severity: findingCodes[code].severity, path: [...path], message, ...(hint === undefined ? {} : { hint }), ...(mend === undefined ? {} : { mend }), ...(part === undefined ? {} : { part }) };
}

/** A value as messages quote it: JSON, cut where it is long. */
export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}

/** The type of a plain value in the words that messages use, with its article. */
export function describeType(value: unknown): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a map';
  return `a ${typeof value}`;
}
