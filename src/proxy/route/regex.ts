import { RE2JS, RE2JSException } from 're2js';

/** A compiled RE2 expression that must match the whole value. */
export interface WholeMatch {
  matches(value: string): boolean;
}

/** Compiles RE2; undefined where the pattern is not accepted (attach has refused it before). */
export function compileRegex(pattern: string): WholeMatch | undefined {
  try {
    const compiled = RE2JS.compile(pattern);
    return { matches: (value) => compiled.testExact(value) };
  } catch (error) {
    if (error instanceof RE2JSException) return undefined;
    throw error;
  }
}

/** Why a pattern is not accepted as RE2, or undefined where it is. */
export function checkRegex(pattern: string): string | undefined {
  try {
    RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof RE2JSException) return error.message;
    throw error;
  }
}
