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

  /** All of them as they are now, for whoever asks later; what changed comes last. */
  #list(): () => readonly SourceObject[] {
    const [base, edits] = [this.#base, this.#edits];
    let list: readonly SourceObject[] | undefined;
    return () => list ??= edits.length === 0 ? base : withEdits(base, edits);
  }

  /** What is other than at the last call, and the list of now. */
  take(): { readonly gone: readonly SourceObject[]; readonly come: readonly SourceObject[]; readonly list: () => readonly SourceObject[] } {
    const edits = [...this.#before].map(([key, before]): Edit => [before, this.get(key)]).filter(([before, after]) => before !== after);
    this.#before.clear();
    const isMuch = this.#edits.length + edits.length > many;
    this.#base = isMuch ? [...this.values()] : this.#base;
    this.#edits = isMuch ? [] : [...this.#edits, ...edits];
    return { gone: edits.flatMap(([before]) => before ?? []), come: edits.flatMap(([, after]) => after ?? []), list: this.#list() };
  }
}

function withEdits(base: readonly SourceObject[], edits: readonly Edit[]): SourceObject[] {
  const objects = new Set(base);
  for (const [before, after] of edits) {
    if (before !== undefined) objects.delete(before);
    if (after !== undefined) objects.add(after);
  }
  return [...objects];
}
