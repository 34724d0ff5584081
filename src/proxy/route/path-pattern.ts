import type { PathMatch } from '../../ir/index.ts';

/** What the paths of a match look like, for people: few values, whatever clients ask for. */
export function patternOf({ kind, value }: PathMatch): string {
  return kind === 'prefix' ? `${value}/*` : value;
}
