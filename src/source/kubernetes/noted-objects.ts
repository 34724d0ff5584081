import { edited } from '../../base/index.ts';
import type { SourceObject } from '../../contract/index.ts';

/** Of more changes the list is made anew. */
const few = 16;

/** Objects by key that notes what was put in and taken out. */
export class NotedObjects extends Map<string, SourceObject> {
  readonly #before = new Map<string, SourceObject | undefined>();
  /** As `#before`, since the list was made. */
  readonly #unlisted = new Map<string, SourceObject | undefined>();
  #list: readonly SourceObject[] | undefined;

  override set(key: string, object: SourceObject): this {
    this.#note(key);
    return super.set(key, object);
  }

  override delete(key: string): boolean {
    this.#note(key);
    return super.delete(key);
  }

  #note(key: string): void {
    const before = this.get(key);
    for (const changes of [this.#before, this.#unlisted]) if (!changes.has(key)) changes.set(key, before);
  }

  /** All of them; the same list while nothing changes. */
  get list(): readonly SourceObject[] {
    const changes = [...this.#unlisted].filter(([key, before]) => before !== this.get(key));
    this.#unlisted.clear();
    if (this.#list === undefined || changes.length > few) this.#list = [...this.values()];
    else if (changes.length > 0) this.#list = this.#edited(this.#list, changes);
    return this.#list;
  }

  /** What was there stays where it was; what is new comes last. */
  #edited(list: readonly SourceObject[], changes: readonly (readonly [string, SourceObject | undefined])[]): SourceObject[] {
    const places = changes.map(([key, before]) => ({ at: before === undefined ? list.length : list.indexOf(before), before, item: this.get(key) })).sort((a, b) => a.at - b.at);
    const come = places.flatMap(({ at, item }) => (item === undefined ? [] : [{ at, item }]));
    return edited(list, places.flatMap(({ at, before }) => (before === undefined ? [] : [at])), come);
  }

  /** What is other than at the last call. */
  takeChange(): { readonly gone: readonly SourceObject[]; readonly come: readonly SourceObject[] } {
    const [gone, come]: [SourceObject[], SourceObject[]] = [[], []];
    for (const [key, before] of this.#before) {
      const after = this.get(key);
      if (before === after) continue;
      if (before !== undefined) gone.push(before);
      if (after !== undefined) come.push(after);
    }
    this.#before.clear();
    return { gone, come };
  }
}
