import { formatPath, type FieldPath } from '../../contract/index.ts';
import { describeType, show, type ProblemText } from '../problem.ts';
import type { Schema } from '../schema.ts';

const due: { readonly [type: string]: string } = {
  object: 'a map', array: 'a list', string: 'a string', integer: 'a whole number', number: 'a number', boolean: 'true or false',
};

/** The complaint about a value of another type than the schema's, in plain words, with the mend where it is obvious. */
export function describeWrongType(schema: Schema, value: unknown, path: FieldPath): ProblemText {
  const wanted = due[schema.type ?? ''] ?? 'a number or a string';
  const where = path.length === 0 ? 'the document' : formatPath(path);
  const shown = typeof value === 'object' ? `${where} is ${describeType(value)}` : `${where}: Invalid value: ${show(value)} is ${describeType(value)}`;
  return { message: `${shown}, ${wanted} is due`, hint: mend(schema, value) };
}

function mend(schema: Schema, value: unknown): string | undefined {
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  switch (schema.type) {
    case 'array':
      if (isMap) return 'begin each item with `- `';
      return value === null ? undefined : `write it as a list: [${show(value)}]`;
    case 'object': return Array.isArray(value) ? 'remove the `- ` in front of its fields' : undefined;
    case 'string': return typeof value === 'number' || typeof value === 'boolean' ? `put quotes around it: "${String(value)}"` : undefined;
    case 'integer':
    case 'number': return typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)) ? `remove the quotes: ${value}` : undefined;
    case 'boolean': return typeof value === 'string' && /^(true|false)$/i.test(value) ? `remove the quotes: ${value.toLowerCase()}` : undefined;
    default: return undefined;
  }
}
