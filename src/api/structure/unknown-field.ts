import { formatPath, type FieldPath } from '../../contract/index.ts';
import { distance, nearName } from '../../base/index.ts';
import type { ProblemText } from '../problem.ts';
import type { Schema } from '../schema.ts';

export interface UnknownField {
  /** Schema of the whole object. */
  readonly root: Schema;
  /** Schema of the map that holds the field. */
  readonly holder: Schema;
  /** Of the field. */
  readonly path: FieldPath;
}

/** The complaint about a field that the schema does not have: its near name, or the level where it belongs. */
export function describeUnknownField(field: UnknownField): ProblemText {
  const name = String(field.path.at(-1));
  return { message: `unknown field "${formatPath(field.path)}"`, ...wayOut(field, name), part: 'key' };
}

function wayOut({ root, holder, path }: UnknownField, name: string): Pick<ProblemText, 'hint' | 'mend'> {
  const siblings = Object.keys(holder.properties ?? {}).filter((key) => key !== 'status');
  const slip = siblings.find((key) => distance(key, name) <= 1);
  const level = slip === undefined ? bestLevel(root, name, path.slice(0, -1)) : undefined;
  if (level !== undefined) return { hint: level === '' ? `${name} belongs at the top level, beside spec; check the indentation` : `${name} belongs under ${level}; check the indentation` };
  const near = slip ?? nearName(name, siblings);
  return near === undefined ? {} : { hint: `did you mean ${near}?`, mend: { kind: 'rename', to: near } };
}

/** The level with a field of this name that is nearest to where the field was written, such as `spec.rules[]`. */
function bestLevel(root: Schema, name: string, holder: FieldPath): string | undefined {
  const here = holder.map((step) => (typeof step === 'number' ? '[]' : step));
  let best: { readonly steps: readonly string[]; readonly far: number } | undefined;
  for (const steps of levelsWith(root, name)) {
    let shared = 0;
    while (shared < steps.length && steps[shared] === here[shared]) shared++;
    const far = steps.length + here.length - 2 * shared;
    if (best === undefined || far < best.far || (far === best.far && steps.length < best.steps.length)) best = { steps, far };
  }
  return best?.steps.join('.').replaceAll('.[]', '[]');
}

function* levelsWith(schema: Schema, name: string, steps: readonly string[] = []): Generator<readonly string[]> {
  if (steps[0] === 'status' || steps[0] === 'metadata') return;
  if (schema.properties !== undefined) {
    if (Object.hasOwn(schema.properties, name)) yield steps;
    for (const [key, child] of Object.entries(schema.properties)) yield* levelsWith(child, name, [...steps, key]);
  }
  if (schema.items !== undefined) yield* levelsWith(schema.items, name, [...steps, '[]']);
}
