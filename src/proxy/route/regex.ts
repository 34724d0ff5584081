import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let loaded: typeof import('re2js') | undefined;

/** Loaded with the first pattern, because most starts have none. */
function engine(): typeof import('re2js') {
  return loaded ??= require('re2js') as typeof import('re2js');
}

/** A compiled RE2 expression that must match the whole value. */
export interface WholeMatch {
  matches(value: string): boolean;
}

/** Compiles RE2; undefined where the pattern is not accepted (attach has refused it before). */
export function compileRegex(pattern: string): WholeMatch | undefined {
  try {
    const compiled = engine().RE2JS.compile(pattern);
    return { matches: (value) => compiled.testExact(value) };
  } catch (error) {
    if (error instanceof engine().RE2JSException) return undefined;
    throw error;
  }
}

/** Why a pattern is not accepted as RE2, or undefined where it is. */
export function checkRegex(pattern: string): string | undefined {
  try {
    engine().RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof engine().RE2JSException) return error.message;
    throw error;
  }
}
