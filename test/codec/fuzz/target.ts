import type { InputKind } from './mutate.ts';
import type { Random } from './random.ts';

/** A part of the proxy that reads bytes of others. */
export interface Target {
  readonly name: string;
  /** latin1. */
  readonly seeds: readonly string[];
  /** Absent: text. */
  readonly kind?: InputKind;
  /** Throws where something that must hold does not. Answers whether the input was accepted, so that a target cannot refuse everything unseen. */
  check(input: string, random: Random): boolean;
}
