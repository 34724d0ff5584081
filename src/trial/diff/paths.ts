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

/** Whether a match could hold for a path; of expressions the data plane knows more. */
export function mayHold({ kind, value }: PathMatch, path: string): boolean {
  switch (kind) {
    case 'exact': return value === path;
    case 'prefix': return path.startsWith(value) && (path.length === value.length || path[value.length] === '/');
    case 'regex': return true;
  }
}
