import { isBase64, nearName, nearOrRelatedName } from '../../base/index.ts';
import { isIpv4, isIpv6 } from '../ip-address.ts';
import { patternOf } from '../pattern.ts';
import { show, type ProblemText } from '../problem.ts';
import type { Schema } from '../schema.ts';
import { patternHint } from './pattern-hint.ts';

const ranges: { readonly [format: string]: readonly [number, number] } = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};

const dateTime = /^\d{4}-(0\d|1[0-2])-([0-2]\d|3[01])[Tt]([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/** Formats of strings; one that is not listed accepts everything, as the API server does. */
const formats: { readonly [format: string]: { readonly accepts: (text: string) => boolean; readonly due: string } } = {
  ipv4: { accepts: isIpv4, due: 'an IPv4 address' },
  ipv6: { accepts: isIpv6, due: 'an IPv6 address' },
  byte: { accepts: isBase64, due: 'base64' },
  'date-time': { accepts: (text) => dateTime.test(text), due: 'a time such as 2026-01-31T12:00:00Z' },
};

/** Whether a value that is no list or map has the type of its schema. */
export function hasScalarType(schema: Schema, value: unknown): boolean {
  if (schema['x-kubernetes-int-or-string'] === true) return typeof value === 'string' || Number.isInteger(value);
  switch (schema.type) {
    case 'string': return typeof value === 'string';
    case 'boolean': return typeof value === 'boolean';
    case 'integer': return Number.isInteger(value);
    case 'number': return typeof value === 'number';
    default: return schema.type === undefined;
  }
}

/** What is wrong with a scalar of the right type: texts without the path. */
export function checkScalar(schema: Schema, value: unknown): ProblemText[] {
  const complaints: ProblemText[] = [];
  if (schema.enum !== undefined && !schema.enum.includes(value)) complaints.push(unsupported(schema.enum, value));
  if (typeof value === 'string') checkString(schema, value, complaints);
  else if (typeof value === 'number') checkNumber(schema, value, complaints);
  return complaints;
}

/** A near name is a slip, which can be mended by itself; a related one (`Prefix` for `PathPrefix`) is only asked about. */
function unsupported(allowed: readonly unknown[], value: unknown): ProblemText {
  const names = allowed.filter((one) => typeof one === 'string');
  const near = typeof value === 'string' ? nearName(value, names) : undefined;
  const meant = typeof value === 'string' ? nearOrRelatedName(value, names) : undefined;
  return {
    message: `Unsupported value: ${show(value)}: supported values: ${allowed.map(show).join(', ')}`,
    ...(meant === undefined ? {} : { hint: `did you mean ${show(meant)}?` }),
    ...(near === undefined ? {} : { mend: { kind: 'set', value: near } }),
  };
}

function checkString(schema: Schema, value: string, complaints: ProblemText[]): void {
  const { minLength, maxLength, pattern, format } = schema;
  const length = maxLength !== undefined && value.length > maxLength ? [...value].length : value.length;
  if (maxLength !== undefined && length > maxLength) {
    complaints.push({ message: `Too long: has ${length} characters, may not be more than ${maxLength}` });
    return;
  }
  if (minLength !== undefined && length < minLength) {
    complaints.push({ message: length === 0 ? 'Invalid value: "": may not be empty' : `Invalid value: ${show(value)}: should be at least ${minLength} characters long` });
    return;
  }
  if (pattern !== undefined && !patternOf(pattern).test(value)) {
    complaints.push({ message: `Invalid value: ${show(value)}: should match '${pattern}'`, hint: patternHint(pattern, value) });
  }
  const known = format === undefined ? undefined : formats[format];
  if (known !== undefined && !known.accepts(value)) complaints.push({ message: `Invalid value: ${show(value)}: must be ${known.due}` });
}

function checkNumber(schema: Schema, value: number, complaints: ProblemText[]): void {
  const [least, most] = ranges[schema.format ?? ''] ?? [-Infinity, Infinity];
  const minimum = schema.minimum ?? least;
  const maximum = schema.maximum ?? most;
  if (value < minimum) complaints.push({ message: `Invalid value: ${show(value)}: should be greater than or equal to ${minimum}` });
  if (value > maximum) complaints.push({ message: `Invalid value: ${show(value)}: should be less than or equal to ${maximum}` });
}
