import type { SourceObject } from '../../contract/index.ts';

/** So many changes are remembered before the list is made anew, since a list of thousands at each change is work for the collector of garbage. */
const many = 64;

/** What was put in the place of what. */
type Edit = readonly [before: SourceObject | undefined, after: SourceObject | undefined];

/** Objects by key that notes what was put in and taken out. */
export class NotedObjects extends Map<string, SourceObject> {
  readonly #before = new Map<string, SourceObject | undefined>();
  #base: readonly SourceObject[] = [];
  /** Since the base. */
  #edits: readonly Edit[] = [];
  /** Of the last call of `take`. */
  #list: () => readonly SourceObject[] = () => [];

  override set(key: string, object: SourceObject): this {
    this.#note(key);
    return super.set(key, object);
  }

  override delete(key: string): boolean {
    this.#note(key);
    return super.delete(key);
  }

  #note(key: string): void {
    if (!this.#before.has(key)) this.#before.set(key, this.get(key));
  }

  /** What is other than at the last call, and the list of now for whoever asks later: the same one while nothing changes, and what changed comes last. */
  take(): { readonly gone: readonly SourceObject[]; readonly come: readonly SourceObject[]; readonly list: () => readonly SourceObject[] } {
    const edits = [...this.#before].map(([key, before]): Edit => [before, this.get(key)]).filter(([before, after]) => before !== after);
    this.#before.clear();
    if (edits.length > 0) this.#list = this.#listWith(edits);
    return { gone: edits.flatMap(([before]) => before ?? []), come: edits.flatMap(([, after]) => after ?? []), list: this.#list };
  }

  #listWith(more: readonly Edit[]): () => readonly SourceObject[] {
    const isMuch = this.#edits.length + more.length > many;
    const base = this.#base = isMuch ? [...this.values()] : this.#base;
    const edits = this.#edits = isMuch ? [] : [...this.#edits, ...more];
    let list: readonly SourceObject[] | undefined;
    return () => list ??= withEdits(base, edits);
  }
}

function withEdits(base: readonly SourceObject[], edits: readonly Edit[]): readonly SourceObject[] {
  if (edits.length === 0) return base;
  const objects = new Set(base);
  for (const [before, after] of edits) {
    if (before !== undefined) objects.delete(before);
    if (after !== undefined) objects.add(after);
  }
  return [...objects];
}
