import type { DeltaRequest } from './messages.ts';

/** What a client asks for, of one type: everything, or some names (xDS protocol, "How the client specifies what resources to return"). */
export class Subscription {
  readonly #names = new Set<string>();
  /** Names that nothing was said of yet. */
  readonly #open = new Set<string>();
  #isOpen = false;
  #isWildcard = false;

  /** Whether it asks for anything. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Names that the client waits for. */
  get missing(): Iterable<string> {
    return this.#open;
  }

  includes(name: string): boolean {
    this.#open.delete(name);
    return this.#isWildcard || this.#names.has(name);
  }

  /** Whether the client waits for this name; then it waits no longer. */
  foundMissing(name: string): boolean {
    return this.#open.delete(name);
  }

  /** Takes a message; the names that the client asked for before and asks for again. */
  take({ subscribe, unsubscribe }: Pick<DeltaRequest, 'subscribe' | 'unsubscribe'>): string[] {
    // A first message without names asks for everything.
    if (!this.#isOpen) this.#isWildcard = subscribe.length === 0;
    this.#isOpen = true;
    const again: string[] = [];
    for (const name of subscribe) {
      if (name === '*') this.#isWildcard = true;
      else {
        if (this.#names.has(name)) again.push(name);
        this.#names.add(name);
        this.#open.add(name);
      }
    }
    for (const name of unsubscribe) {
      if (name === '*') this.#isWildcard = false;
      this.#names.delete(name);
      this.#open.delete(name);
    }
    return again;
  }
}
