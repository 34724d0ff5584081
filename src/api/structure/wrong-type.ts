import { formatPath, type FieldPath, type Mend } from '../../contract/index.ts';
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
  return { message: `${shown}, ${wanted} is due`, hint: hintFor(schema, value), mend: mendFor(schema, value) };
}

function hintFor(schema: Schema, value: unknown): string | undefined {
  if (Array.isArray(value)) return schema.type === 'object' ? 'remove the `- ` in front of its fields' : undefined;
  if (typeof value === 'object') return schema.type === 'array' && value !== null ? 'begin each item with `- `' : undefined;
  if (schema.type === 'array') return `write it as a list: [${show(value)}]`;
  if (schema.type === 'object') return schema.properties === undefined ? undefined : `its fields are ${Object.keys(schema.properties).join(', ')}`;
  if (schema.type === 'string' && typeof value === 'boolean') return 'put quotes around it; without them YAML reads true, yes, on and y, and their opposites, as booleans';
  if (schema.type === 'string') return `put quotes around it: "${String(value)}"`;
  return typeof value === 'string' && isSpelling(schema, value.trim()) ? `remove the quotes: ${value.trim().toLowerCase()}` : undefined;
}

/** What the hint says, where it is one edit of a text, number or boolean. */
function mendFor(schema: Schema, value: unknown): Mend | undefined {
  if (typeof value === 'object') return undefined;
  if (schema.type === 'array') return { kind: 'wrap' };
  if (schema.type === 'string') return { kind: 'quote' };
  const text = typeof value === 'string' ? value.trim() : '';
  if (!isSpelling(schema, text)) return undefined;
  return { kind: 'set', value: schema.type === 'boolean' ? text.toLowerCase() === 'true' : Number(text) };
}

/** Whether a text would be of the schema's type without its quotes. */
function isSpelling(schema: Schema, text: string): boolean {
  if (schema.type === 'boolean') return /^(true|false)$/i.test(text);
  return (schema.type === 'integer' || schema.type === 'number') && text !== '' && Number.isFinite(Number(text));
}
