import { newStats, type ProxyStats } from '../stats.ts';

type Counts = Readonly<Record<string, number | readonly number[]>>;

/** The sum of the figures of several workers. Those of `gone` ones add what they counted, and nothing that is under way. */
export function sumStats(alive: readonly ProxyStats[], gone: readonly ProxyStats[] = []): ProxyStats {
  const sum = newStats() as unknown as Record<string, number | number[]>;
  for (const stats of alive) add(sum, stats as unknown as Counts, () => true);
  for (const stats of gone) add(sum, stats as unknown as Counts, (name) => !/^(?:active|idle)/.test(name));
  return sum as unknown as ProxyStats;
}

function add(sum: Record<string, number | number[]>, stats: Counts, counts: (name: string) => boolean): void {
  for (const [name, value] of Object.entries(stats)) {
    if (!counts(name)) continue;
    const before = sum[name];
    if (typeof value === 'number') sum[name] = (typeof before === 'number' ? before : 0) + value;
    else sum[name] = value.map((count, index) => count + (Array.isArray(before) ? before[index] ?? 0 : 0));
  }
}
