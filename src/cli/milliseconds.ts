/** A time with its unit, such as 500ms, 30s or 2m; undefined where it is none. */
export function milliseconds(text: string): number | undefined {
  const parts = /^(\d+)(ms|s|m|h)$/.exec(text);
  return parts === null ? undefined : Number(parts[1]) * { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[parts[2]!]!;
}
