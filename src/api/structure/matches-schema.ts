import type { Schema } from '../schema.ts';
import { checkScalar } from './scalar.ts';

/** Whether a value fits a schema inside `oneOf`, `anyOf` or `not`, which constrain but neither prune nor default. */
export function matchesSchema(schema: Schema, value: unknown): boolean {
  if (schema.oneOf !== undefined && schema.oneOf.filter((one) => matchesSchema(one, value)).length !== 1) return false;
  if (schema.anyOf !== undefined && !schema.anyOf.some((one) => matchesSchema(one, value))) return false;
  if (schema.not !== undefined && matchesSchema(schema.not, value)) return false;
  if (typeof value !== 'object' || value === null) return checkScalar(schema, value).length === 0;
  return Object.entries(schema.properties ?? {}).every(
    ([key, child]) => !Object.hasOwn(value, key) || matchesSchema(child, value[key as never]),
  );
}
