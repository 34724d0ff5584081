import type { RequestStep } from './behaviour-case.ts';
import type { World } from './world.ts';

/** Where chance decides, so many times more requests are sent. */
const moreByChance = 10;

export function timesOf({ times = 1, shares }: Pick<RequestStep, 'times' | 'shares'>, { shares: how }: Pick<World, 'shares'>): number {
  return shares !== undefined && how === 'random' ? times * moreByChance : times;
}

/** What does not fit of the answers that were counted: exactly, or within five standard deviations where chance decides. */
export function shareProblems(counts: Readonly<Record<string, number>>, wanted: Readonly<Record<string, number>>, { shares: how }: Pick<World, 'shares'>): string[] {
  const sent = sum(counts);
  const total = sum(wanted);
  const odd = [...new Set([...Object.keys(counts), ...Object.keys(wanted)])].filter((name) => {
    const [got, share] = [counts[name] ?? 0, (wanted[name] ?? 0) / total];
    return how === 'exact' ? got !== (wanted[name] ?? 0) : Math.abs(got - sent * share) > 5 * Math.sqrt(sent * share * (1 - share));
  });
  return odd.length === 0 ? [] : [`shares: expected ${printed(wanted)}, got ${printed(counts)}`];
}

function sum(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((all, it) => all + it, 0);
}

function printed(counts: Readonly<Record<string, number>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(counts).sort()));
}
