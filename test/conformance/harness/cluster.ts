import type { Snapshot, SourceObject } from '../../../src/contract/index.ts';
import type { Edit } from './expectation.ts';
import { parseRef } from './expectation.ts';
import type { PlainObject } from './suite-objects.ts';

const applied = Date.parse('2026-01-01T00:00:00Z');

interface Entry {
  readonly value: PlainObject;
  readonly source: SourceObject;
}

/** The objects that an API server would hold during a test: created, edited, deleted, with generations and ages. */
export class Cluster {
  readonly #entries = new Map<string, Entry>();
  #created = 0;

  constructor(objects: readonly PlainObject[]) {
    for (const object of objects) this.put(object);
  }

  /** Creates the object, or replaces it and counts its generation up; a later `put` of a new object is a second younger. */
  put(object: PlainObject): void {
    const key = keyOf(object);
    const before = this.#entries.get(key);
    const generation = (before?.source.generation ?? 0) + 1;
    const creationTimestamp = before?.value.metadata['creationTimestamp'] ?? new Date(applied + this.#created).toISOString();
    const value: PlainObject = { ...object, metadata: { creationTimestamp, ...object.metadata, generation } };
    const order = this.#entries.size;
    this.#entries.set(key, { value, source: { value, generation, order, locate: () => undefined, excerpt: () => undefined } });
  }

  /** From now on new objects are a second younger. */
  tick(): void {
    this.#created += 1000;
  }

  get(ref: string): PlainObject {
    const { kind, key } = parseRef(ref);
    const entry = this.#entries.get(`${kind} ${key}`);
    if (entry === undefined) throw new Error(`no ${ref} among the objects of the test`);
    return entry.value;
  }

  ofKind(kind: string): PlainObject[] {
    return [...this.#entries.values()].map((entry) => entry.value).filter((object) => object.kind === kind);
  }

  snapshot(): Snapshot {
    return { objects: [...this.#entries.values()].map((entry) => entry.source), findings: [] };
  }

  /** `fill` writes the pods of a Deployment into an EndpointSlice. */
  edit(edits: readonly Edit[], fill: (slice: PlainObject, deployment: string) => PlainObject): void {
    this.tick();
    for (const edit of edits) {
      if (edit.op === 'create') this.put(edit.value as PlainObject);
      else if (edit.op === 'delete') this.#entries.delete(keyOf(this.get(edit.of)));
      else if (edit.op === 'copy') this.put(renamed(this.get(edit.of), edit.name));
      else if (edit.op === 'fill') this.put(fill(this.get(edit.of), edit.pods));
      else this.put(patched(this.get(edit.of), edit));
    }
  }
}

function keyOf(object: PlainObject): string {
  const { namespace, name } = object.metadata;
  return `${object.kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function renamed(object: PlainObject, name: string): PlainObject {
  const { namespace } = object.metadata;
  return { ...object, metadata: { name, ...(namespace === undefined ? {} : { namespace }) } };
}

/** RFC 6902 `add`, `remove` and `replace`, as far as the edits need them. */
function patched(object: PlainObject, edit: Extract<Edit, { path: string }>): PlainObject {
  const copy = structuredClone(object);
  const steps = edit.path.split('/').slice(1);
  const last = steps.pop() ?? '';
  let place: unknown = copy;
  for (const step of steps) place = (place as { [step: string]: unknown })[step];
  if (Array.isArray(place)) {
    const index = last === '-' ? place.length : Number(last);
    const removed = edit.op === 'add' ? 0 : 1;
    place.splice(index, removed, ...('value' in edit ? [edit.value] : []));
  } else {
    const record = place as { [field: string]: unknown };
    if ('value' in edit) record[last] = edit.value;
    else delete record[last];
  }
  return copy;
}
