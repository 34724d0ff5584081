/** The known name that is most likely meant: one contains the other, or they differ by at most a third of their letters. */
export function nearName(wanted: string, known: Iterable<string>): string | undefined {
  let best: string | undefined;
  let bestScore = Infinity;
  for (const name of known) {
    const contains = name.includes(wanted) || wanted.includes(name);
    const score = contains ? Math.abs(name.length - wanted.length) / 100 : distance(wanted, name);
    if ((contains || score <= Math.max(1, Math.floor(wanted.length / 3))) && score < bestScore) {
      best = name;
      bestScore = score;
    }
  }
  return best;
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}
