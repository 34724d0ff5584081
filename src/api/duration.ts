const milliseconds: { readonly [unit: string]: number } = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1, us: 1e-3, 'µs': 1e-3, ns: 1e-6 };

/** Milliseconds of a Go duration such as `1h30m` or `250ms` (time.ParseDuration); undefined if it is none. GEP-2257 takes a subset of these. */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  if (!/^[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)([a-zµ]+)/g)) sum += Number(amount) * milliseconds[unit!]!;
  return text.startsWith('-') ? -sum : sum;
}
