import type { SourceObject } from '../../contract/index.ts';

/** Objects by key that notes what was put in and taken out. */
export class NotedObjects extends Map<string, SourceObject> {
  readonly #before = new Map<string, SourceObject | undefined>();
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
    this.#list = undefined;
    if (!this.#before.has(key)) this.#before.set(key, this.get(key));
  }

  /** All of them; the same list while nothing changes. */
  get list(): readonly SourceObject[] {
    return this.#list ??= [...this.values()];
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
