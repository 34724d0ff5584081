/** A place in a file; line and column count from 1. `file` is the path as the user would type it, or `<stdin>`. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** `file:line:column`, clickable in terminals and editors. */
export function formatPosition(position: Position): string {
  return `${position.file}:${position.line}:${position.column}`;
}

/** A path of field names and list indexes into an object. */
export type FieldPath = readonly (string | number)[];

/** `spec.rules[0].matches`, in the form that the API server prints; keys with other characters are quoted in brackets. */
export function formatPath(path: FieldPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z0-9_$-]+$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${step}]`;
  }
  return text;
}
