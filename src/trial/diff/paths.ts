import type { PathMatch } from '../../ir/index.ts';
import { samplesOf } from './expression-samples.ts';

/** Paths at which matches begin or end to hold: what each names, what is just below it, and what only looks like it. */
export function pathsFor(matches: Iterable<PathMatch>): string[] {
  const paths = new Set(['/', '/any']);
  for (const match of matches) for (const path of around(match)) paths.add(path);
  return [...paths].filter((it) => it.startsWith('/'));
}

function around({ kind, value }: PathMatch): string[] {
  switch (kind) {
    case 'exact': return [value, value.endsWith('/') ? value.slice(0, -1) : `${value}/`, `${value}x`];
    case 'prefix': return [value, `${value}/`, `${value}/any`, ...(value === '' ? [] : [`${value}x`])];
    case 'regex': return samplesOf(value);
  }
}

/** Whether an expression holds for a path, as far as that can be seen; of those that only the data plane knows it may. */
export function mayHold({ value }: PathMatch, path: string): boolean {
  return plainExpression(value)?.test(path) ?? true;
}

/** Whether `mayHold` is certain. */
export function isCertain({ kind, value }: PathMatch): boolean {
  return kind !== 'regex' || plainExpression(value) !== undefined;
}

const plain = /^(?:[\w/.*+?|()^$-]|\[\^?[\w/.-]+\]|\\[dw./-])+$/;
const known = new Map<string, RegExp | undefined>();

/** An expression of which RE2 and JavaScript think alike. */
function plainExpression(value: string): RegExp | undefined {
  if (!known.has(value)) known.set(value, plain.test(value) && !value.includes('(?') ? compiled(value) : undefined);
  return known.get(value);
}

function compiled(value: string): RegExp | undefined {
  try {
    return new RegExp(`^(?:${value})$`);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
