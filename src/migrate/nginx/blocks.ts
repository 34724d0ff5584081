import type { Location } from './server.ts';

export interface Blocks {
  readonly locations: readonly Location[];
  readonly isRegex: boolean;
  /** Blocks that nginx has already; it refuses the whole configuration then, so these are left out. */
  readonly doubled: readonly Location[];
}

/** A rewrite to the path itself is none (needsRewrite, template.go). */
export function isRewritten({ settings, path }: Pick<Location, 'settings' | 'path'>): boolean {
  return settings.rewriteTarget !== '' && settings.rewriteTarget !== path;
}

/**
 * The location blocks of a host in nginx's order: longest path first. A Prefix path gets a block for what is below it and one for itself,
 * unless it is rewritten or an expression (updateServerLocations, location.go). One location with an expression or a rewrite makes
 * expressions of all that the host has (enforceRegexModifier, template.go).
 */
export function asBlocks(drafts: readonly Location[]): Blocks {
  const sorted = drafts.toSorted((a, b) => b.path.length - a.path.length || (a.path < b.path ? 1 : a.path > b.path ? -1 : 0));
  const exact = new Set(sorted.filter(({ pathType }) => pathType === 'Exact').map(({ path }) => path));
  const split = sorted.flatMap((it): Location[] => {
    if (it.path === '/' || it.pathType !== 'Prefix' || isRewritten(it) || it.settings.useRegex) return [it];
    const below: Location = { ...it, path: it.path.endsWith('/') ? it.path : `${it.path}/` };
    return exact.has(it.path) ? [below] : [below, { ...it, pathType: 'Exact' }];
  });
  const isRegex = split.some((it) => it.settings.useRegex || isRewritten(it));
  const blocks = split.map((it): Location => ({ ...it, modifier: isRegex ? 'regex' : it.pathType === 'Exact' ? 'exact' : 'prefix' }));
  const isDoubled = (block: Location, index: number): boolean => !isRegex && blocks.findIndex((it) => it.modifier === block.modifier && it.path === block.path) < index;
  return { isRegex, locations: blocks.filter((it, index) => !isDoubled(it, index)), doubled: blocks.filter(isDoubled) };
}
