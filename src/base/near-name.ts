/** Edits (insert, delete, replace, swap of neighbours) from one text to another, without case. Names are short, so the plain table does. */
export function distance(from: string, to: string): number {
  if (Math.abs(from.length - to.length) > 50) return Infinity;
  const [a, b] = [from.toLowerCase(), to.toLowerCase()];
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? before[j - 2]! + 1 : Infinity;
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, replaced, swapped));
    }
    [before, row] = [row, next];
  }
  return row[b.length]!;
}

/** The candidate that a person most likely meant: at most a third of the letters differ; undefined if none is near. */
export function nearName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > 100) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const edits = distance(name, candidate);
    if (edits < least) [best, least] = [candidate, edits];
  }
  return best;
}

/** As `nearName`, and where nothing is near the shortest candidate that holds the name or is held by it: `echo` for `echo-gateway`. */
export function nearOrRelatedName(name: string, candidates: readonly string[]): string | undefined {
  const related = candidates.filter((it) => Math.min(it.length, name.length) >= 3 && (it.includes(name) || name.includes(it)));
  return nearName(name, candidates) ?? related.sort((a, b) => a.length - b.length)[0];
}
