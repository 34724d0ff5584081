import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
let loaded: typeof import('re2js') | undefined;

/** Why Envoy would not take an expression, or undefined where it does: it compiles them with RE2, whose syntax RE2JS has. */
export function checkRegex(pattern: string): string | undefined {
  loaded ??= require('re2js') as typeof import('re2js');
  try {
    loaded.RE2JS.compile(pattern);
    return undefined;
  } catch (error) {
    if (error instanceof loaded.RE2JSException) return error.message;
    throw error;
  }
}
