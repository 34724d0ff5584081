import type { SourceObject } from '../contract/index.ts';

/** Objects that no file holds are printed after those of the files. */
const afterEveryFile = Number.MAX_SAFE_INTEGER;

/**
 * Objects that Postern makes up beside the user's files (endpoints of the demo, mapped backends). Equal content keeps its
 * identity from call to call, so that what was worked out from it is remembered.
 */
export class SyntheticObjects {
  #known = new Map<string, { text: string; object: SourceObject }>();

  /** Values by a stable name; the names that are missing since the last call are forgotten. */
  update(values: ReadonlyMap<string, unknown>): SourceObject[] {
    const next = new Map<string, { text: string; object: SourceObject }>();
    for (const [name, value] of values) {
      const text = JSON.stringify(value);
      const before = this.#known.get(name);
      if (before?.text === text) next.set(name, before);
      else next.set(name, { text, object: syntheticObject(value, (before?.object.generation ?? 0) + 1) });
    }
    this.#known = next;
    return [...next.values()].map((entry) => entry.object);
  }
}

/** One object without a text behind it. */
export function syntheticObject(value: unknown, generation = 1): SourceObject {
  return { value, generation, order: afterEveryFile, locate: () => undefined, excerpt: () => undefined };
}
