/**
 * Smooth weighted round robin: over any run as long as the sum of the weights each choice comes exactly its weight's times,
 * spread evenly instead of in blocks.
 */
export class WeightedChoice<T> {
  private readonly choices: readonly T[];
  private readonly weights: readonly number[];
  private readonly credit: Float64Array;
  private readonly total: number;

  /** At least one weight above 0; choices without weight are never taken. */
  constructor(choices: readonly { readonly weight: number; readonly value: T }[]) {
    const weighted = choices.filter(({ weight }) => weight > 0);
    this.choices = weighted.map(({ value }) => value);
    this.weights = weighted.map(({ weight }) => weight);
    this.credit = new Float64Array(weighted.length);
    this.total = this.weights.reduce((sum, weight) => sum + weight, 0);
  }

  next(): T {
    if (this.choices.length === 1) return this.choices[0] as T;
    let best = 0;
    for (let i = 0; i < this.credit.length; i++) {
      const credit = (this.credit[i] as number) + (this.weights[i] as number);
      this.credit[i] = credit;
      if (credit > (this.credit[best] as number)) best = i;
    }
    this.credit[best] = (this.credit[best] as number) - this.total;
    return this.choices[best] as T;
  }
}
