/** What was made of some values, for as long as they are the same ones. */
export class Memo<T> {
  #inputs: readonly unknown[] = [];
  #made: { readonly output: T } | undefined;

  /** `make` gets what was made before. */
  of(inputs: readonly unknown[], make: (before: T | undefined) => T): T {
    if (this.#made !== undefined && inputs.length === this.#inputs.length && inputs.every((it, at) => it === this.#inputs[at])) return this.#made.output;
    const output = make(this.#made?.output);
    this.#inputs = inputs;
    this.#made = { output };
    return output;
  }
}
