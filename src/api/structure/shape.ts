import { perObject } from '../../base/index.ts';
import { formatPath } from '../../contract/index.ts';
import { compileRule } from '../cel/compile.ts';
import { findPlaceholder, placeholderHint } from '../placeholder.ts';
import { problem, show, type Problem, type ProblemText } from '../problem.ts';
import type { Schema } from '../schema.ts';
import { matchesSchema } from './matches-schema.ts';
import { checkScalar, hasScalarType } from './scalar.ts';
import { describeUnknownField } from './unknown-field.ts';
import { describeWrongType } from './wrong-type.ts';

/** How much a problem spoils the rules of the nodes around it: not at all, of the node and its parent, or of all above. */
type Damage = 0 | 1 | 2;

/** A value as its schema makes it (pruned, defaulted), and what its problems spoil. */
interface Shaped { readonly value: unknown; readonly damage: Damage }

/** What one pass over an object carries along; `path` changes on the way. */
export interface Walk {
  readonly root: Schema;
  /** The schema is a part of the real one: fields beyond it are dropped without a word. */
  readonly isPartial: boolean;
  /** Fields that are dropped without a word wherever they are unknown, by the formatted path of their holder. */
  readonly ignored: ReadonlyMap<string, ReadonlySet<string>>;
  readonly path: (string | number)[];
  readonly problems: Problem[];
}

/**
 * Gives a value the shape that an API server would: unknown fields pruned, defaults filled in, every keyword of the schema and every
 * validation rule checked. The input is not changed; what of it has this shape already is in the result, and so are defaults as the schema has
 * them. Order as in Kubernetes: nulls and unknown fields out, defaults in, then checks.
 */
export function shape(schema: Schema, value: unknown, walk: Walk): Shaped {
  if (Array.isArray(value) && schema.type === 'array') return afterRules(schema, shapeList(schema, value, walk), walk);
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && schema.type === 'object') return afterRules(schema, shapeMap(schema, value, walk), walk);
  if (typeof value === 'object' || !hasScalarType(schema, value)) {
    report(walk, value, describeWrongType(schema, value, walk.path), { code: 'schema', named: true });
    return { value, damage: 2 };
  }
  const complaints = checkScalar(schema, value);
  for (const complaint of complaints) report(walk, value, complaint);
  return afterRules(schema, { value, damage: complaints.length === 0 ? 0 : 1 }, walk);
}

function shapeMap(schema: Schema, input: object, walk: Walk): Shaped {
  const { properties = noProperties, additionalProperties } = schema;
  const own = input as Readonly<Record<string, unknown>>;
  let result = own;
  let damage: Damage = 0;
  const copy = (): Record<string, unknown> => (result === own ? result = { ...own } : result);
  const keep = (key: string, childSchema: Schema, child: unknown): void => {
    walk.path.push(key);
    const shaped = shape(childSchema, child, walk);
    walk.path.pop();
    if (!Object.hasOwn(result, key) || result[key] !== shaped.value) setOwn(copy(), key, shaped.value);
    if (shaped.damage > damage) damage = shaped.damage;
  };
  for (const key of Object.keys(own)) {
    const child = own[key];
    const childSchema = Object.hasOwn(properties, key) ? properties[key]! : additionalProperties;
    if (childSchema !== undefined && child !== null) keep(key, childSchema, child);
    else if (childSchema !== undefined) delete copy()[key];
    else if (schema['x-kubernetes-preserve-unknown-fields'] !== true) {
      reportUnknown(schema, key, walk);
      delete copy()[key];
    }
  }
  for (const [key, childSchema] of defaultedOf(properties)) if (!Object.hasOwn(result, key)) keep(key, childSchema, childSchema.default);
  for (const key of schema.required ?? []) {
    if (Object.hasOwn(result, key)) continue;
    walk.path.push(key);
    report(walk, undefined, { message: 'Required value' }, { code: 'required-field' });
    walk.path.pop();
    damage = 2;
  }
  const bounds = checkFields(result, schema);
  if (bounds !== undefined) {
    report(walk, undefined, bounds);
    damage = 2;
  }
  return { value: result, damage };
}

type Properties = NonNullable<Schema['properties']>;

const noProperties: Properties = {};

/** Those that have a default, few of many. */
const defaultedOf = perObject((properties: Properties) => Object.entries(properties).filter(([, it]) => it.default !== undefined));

function shapeList(schema: Schema, input: readonly unknown[], walk: Walk): Shaped {
  let damage: Damage = 0;
  let result = input;
  for (let index = 0; index < input.length; index++) {
    walk.path.push(index);
    const shaped = shape(schema.items!, input[index], walk);
    walk.path.pop();
    if (shaped.damage > damage) damage = shaped.damage;
    if (shaped.value === input[index]) continue;
    if (result === input) result = [...input];
    (result as unknown[])[index] = shaped.value;
  }
  const bounds = checkSize(result.length, schema.minItems, schema.maxItems);
  if (bounds !== undefined) {
    report(walk, undefined, bounds);
    damage = 2;
  }
  if (reportDuplicates(schema, result, walk) && damage < 1) damage = 1;
  return { value: result, damage };
}

/** Assignment that makes an own property of any name, `__proto__` too. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') Object.defineProperty(target, key, { value, writable: true, enumerable: true, configurable: true });
  else target[key] = value;
}

function checkSize(size: number, least: number | undefined, most: number | undefined): ProblemText | undefined {
  if (most !== undefined && size > most) return { message: `Too many: ${size}: must have at most ${most} items` };
  if (least !== undefined && size < least) return { message: `Invalid value: ${size}: should have at least ${least} ${least === 1 ? 'item' : 'items'}` };
  return undefined;
}

/** An empty map is told which fields it could have. */
function checkFields(value: object, { minProperties, maxProperties, properties = {} }: Schema): ProblemText | undefined {
  if (minProperties === undefined && maxProperties === undefined) return undefined;
  const [size, least] = [Object.keys(value).length, minProperties ?? 0];
  if (size >= least) return checkSize(size, undefined, maxProperties);
  const names = Object.keys(properties);
  return { message: `Invalid value: ${size === 0 ? '{}' : size}: should have at least ${least} ${least === 1 ? 'field' : 'fields'}`, ...(names.length === 0 ? {} : { hint: `write at least ${least === 1 ? 'one' : least} of ${names.join(', ')}` }) };
}

/** Lists of type `set` and `map` hold no two equal items or keys. */
function reportDuplicates(schema: Schema, items: readonly unknown[], walk: Walk): boolean {
  const type = schema['x-kubernetes-list-type'];
  if (items.length < 2 || (type !== 'set' && type !== 'map')) return false;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const seen = new Set<string>();
  let found = false;
  for (const [index, item] of items.entries()) {
    const key = type === 'set' ? item : Object.fromEntries(keys.map((name) => [name, (item as Record<string, unknown> | null)?.[name]]));
    const text = JSON.stringify(key);
    if (seen.has(text)) {
      walk.path.push(index);
      report(walk, undefined, { message: `Duplicate value: ${show(key)}`, hint: `give each item its own ${type === 'set' ? 'value' : keys.join(' and ')}` }, { code: 'duplicate-item' });
      walk.path.pop();
      found = true;
    }
    seen.add(text);
  }
  return found;
}

function reportUnknown(holder: Schema, key: string, walk: Walk): void {
  if (walk.isPartial || walk.ignored.get(formatPath(walk.path))?.has(key) === true) return;
  const path = [...walk.path, key];
  walk.problems.push(problem('unknown-field', path, describeUnknownField({ root: walk.root, holder, path })));
}

/** Checks combinations and rules at a node whose structure stands, after everything below it. */
function afterRules(schema: Schema, shaped: Shaped, walk: Walk): Shaped {
  if (shaped.damage > 0) return { value: shaped.value, damage: shaped.damage === 2 ? 2 : isLeaf(shaped.value) ? 1 : 0 };
  if (schema.oneOf !== undefined && !matchesSchema({ oneOf: schema.oneOf }, shaped.value)) {
    report(walk, shaped.value, describeOneOf(shaped.value));
    return { value: shaped.value, damage: 1 };
  }
  let damage: Damage = 0;
  for (const { rule, message } of schema['x-kubernetes-validations'] ?? []) {
    if (compileRule(rule).holds(shaped.value)) continue;
    damage = 1;
    report(walk, shaped.value, { message: isFlat(shaped.value) ? `Invalid value: ${show(shaped.value)}: ${message}` : message }, { code: 'cel-rule' });
  }
  return { value: shaped.value, damage: isLeaf(shaped.value) ? damage : 0 };
}

function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** A value that is short enough to quote: a scalar, or a map of nothing else. */
function isFlat(value: unknown): boolean {
  return isLeaf(value) || !Array.isArray(value) && Object.values(value as object).every(isLeaf);
}

/** The CRDs use `oneOf` for one thing: an address of type IPAddress holds an IP address. */
function describeOneOf(value: unknown): ProblemText {
  return { message: `Invalid value: ${show(value)}: must match exactly one of the schemas of the field (oneOf)`, hint: 'an address of type IPAddress needs a value that is an IPv4 or IPv6 address; write type: Hostname for a name' };
}

/** Reports a problem at the current path; a template variable in the value is its cause and takes its place, once. */
function report(walk: Walk, value: unknown, text: ProblemText, how: { readonly code?: 'schema' | 'required-field' | 'duplicate-item' | 'cel-rule'; readonly named?: true } = {}): void {
  const placeholder = findPlaceholder(value, how.named === true ? 'itself' : 'children');
  if (placeholder !== undefined) {
    const path = [...walk.path, ...placeholder.path];
    const message = `${formatPath(path)}: Invalid value: ${show(placeholder.text)} still holds a template variable`;
    if (!walk.problems.some((other) => other.message === message)) walk.problems.push(problem('placeholder', path, { message, hint: placeholderHint }));
    return;
  }
  const message = how.named === true ? text.message : `${formatPath(walk.path)}: ${text.message}`;
  walk.problems.push(problem(how.code ?? 'schema', walk.path, { ...text, message }));
}
