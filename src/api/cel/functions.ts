import { isIpAddress } from '../ip-address.ts';
import { isDnsSubdomain, isQualifiedName } from '../names.ts';
import { patternOf } from '../pattern.ts';
import { parseDuration } from '../duration.ts';
import { CelFault } from './fault.ts';
import { CelSyntaxError } from './tokens.ts';

type Binary = (a: unknown, b: unknown) => unknown;

/** What `format.x()` gives: its `validate` answers with whether there is a complaint. */
interface Format { readonly accepts: (text: string) => boolean }
interface Complaint { readonly present: boolean }

function text(value: unknown): string {
  if (typeof value !== 'string') throw new CelFault('no such overload: a string is due');
  return value;
}

function size(value: unknown): number {
  if (typeof value === 'string') return isAscii(value) ? value.length : [...value].length;
  if (Array.isArray(value)) return value.length;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length;
  throw new CelFault('no such overload: size');
}

function isAscii(value: string): boolean {
  return /^[\x20-\x7e]*$/.test(value);
}

function substring(value: unknown, start: unknown): string {
  const points = [...text(value)];
  if (typeof start !== 'number' || start > points.length) throw new CelFault('index out of range');
  return points.slice(start).join('');
}

function duration(value: unknown): number {
  const result = parseDuration(text(value));
  if (result === undefined) throw new CelFault('not a duration');
  return result;
}

/** By name and number of operands; a leading dot is a method, whose target is the first operand. */
const functions = new Map<string, Binary>(Object.entries({
  'size/1': size,
  '.size/1': size,
  '.contains/2': (a, b) => text(a).includes(text(b)),
  '.startsWith/2': (a, b) => text(a).startsWith(text(b)),
  '.endsWith/2': (a, b) => text(a).endsWith(text(b)),
  '.matches/2': (a, b) => patternOf(text(b)).test(text(a)),
  '.split/2': (a, b) => text(a).split(text(b)),
  '.substring/2': substring,
  'duration/1': duration,
  'isIP/1': (a) => isIpAddress(text(a)),
  'format.dns1123Subdomain/0': (): Format => ({ accepts: isDnsSubdomain }),
  'format.qualifiedName/0': (): Format => ({ accepts: isQualifiedName }),
  '.validate/2': (a, b): Complaint => ({ present: !(a as Format).accepts(text(b)) }),
  '.hasValue/1': (a) => (a as Complaint).present,
} satisfies Record<string, Binary>));

/** The function of a name; throws CelSyntaxError if the subset does not have it. */
export function callFunction(name: string, operands: number): Binary {
  const found = functions.get(`${name}/${operands}`);
  if (found === undefined) throw new CelSyntaxError(`unknown function ${name} with ${operands} operands`);
  return found;
}

/** CEL equality: deep, and false across types. */
export function equals(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, index) => equals(item, b[index]));
  }
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equals(a[key as never], b[key as never]));
}

/** `in`: an item of a list, or a key of a map. */
export function isMember(item: unknown, of: unknown): boolean {
  if (Array.isArray(of)) return of.some((other) => equals(item, other));
  if (typeof of === 'object' && of !== null) return typeof item === 'string' && Object.hasOwn(of, item);
  throw new CelFault('no such overload: in');
}
