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

/** As `make`, but once for each object, for as long as it lives. */
export function perObject<A extends object, B extends {}>(make: (of: A) => B): (of: A) => B { // oxlint-disable-line typescript/no-empty-object-type -- anything but undefined and null.
  const known = new WeakMap<A, B>();
  return (of) => {
    let made = known.get(of);
    if (made === undefined) known.set(of, made = make(of));
    return made;
  };
}
