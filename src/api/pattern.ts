const compiled = new Map<string, RegExp>();

/** Patterns that would take exponential time in a backtracking engine, each with an equal one that does not. */
const linear = new Map<string, string>([
  ['^[!-~]+([\\t ]?[!-~]+)*$', '^[!-~]+([\\t ][!-~]+)*$'],
]);

/**
 * The RE2 pattern of a schema or rule as a RegExp: only patterns of the CRDs come here, never a user's, on values whose length
 * the schema bounds. Go's leading `(?i)` becomes a flag; a test compares all patterns of the CRDs with an RE2 engine.
 */
export function patternOf(source: string): RegExp {
  let result = compiled.get(source);
  if (result === undefined) {
    const ignoreCase = /^\^?\(\?i\)/.test(source);
    result = new RegExp(linear.get(source) ?? (ignoreCase ? source.replace('(?i)', '') : source), ignoreCase ? 'i' : '');
    compiled.set(source, result);
  }
  return result;
}
