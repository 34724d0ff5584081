const context = 3;

interface Hunk {
  readonly from: number;
  readonly to: number;
  readonly newFrom: number;
  readonly newTo: number;
}

/** How a text becomes another, line by line, as `diff -u` and `git apply` write it; `''` where they are the same. */
export function unifiedDiff(file: string, before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const groups = withContext(changedLines(old, now), old.length, now.length);
  if (groups.length === 0) return '';
  return `--- ${file}\n+++ ${file}\n${groups.map((hunks) => hunkText(hunks, old, now)).join('')}`;
}

/** Runs of lines that differ, found by going on where both are the same again soonest. */
function changedLines(old: readonly string[], now: readonly string[]): Hunk[] {
  const hunks: Hunk[] = [];
  let [a, b] = [0, 0];
  while (a < old.length || b < now.length) {
    if (a < old.length && b < now.length && old[a] === now[b]) {
      a++;
      b++;
      continue;
    }
    const { skipOld, skipNew } = nextSame(old, now, { a, b });
    hunks.push({ from: a, to: a + skipOld, newFrom: b, newTo: b + skipNew });
    a += skipOld;
    b += skipNew;
  }
  return hunks;
}

function nextSame(old: readonly string[], now: readonly string[], { a, b }: { readonly a: number; readonly b: number }): { readonly skipOld: number; readonly skipNew: number } {
  const most = old.length - a + now.length - b;
  for (let far = 1; far <= most; far++) {
    for (let skipOld = 0; skipOld <= far; skipOld++) {
      const skipNew = far - skipOld;
      if (a + skipOld < old.length && b + skipNew < now.length && old[a + skipOld] === now[b + skipNew]) return { skipOld, skipNew };
    }
  }
  return { skipOld: old.length - a, skipNew: now.length - b };
}

/** Runs that are near each other stand in one piece. */
function withContext(hunks: readonly Hunk[], oldLength: number, newLength: number): Hunk[][] {
  const groups: Hunk[][] = [];
  for (const hunk of hunks) {
    const last = groups.at(-1);
    if (last !== undefined && hunk.from - last.at(-1)!.to <= 2 * context) last.push(hunk);
    else groups.push([hunk]);
  }
  return groups.map((group) => group.map((it) => ({ ...it, to: Math.min(it.to, oldLength), newTo: Math.min(it.newTo, newLength) })));
}

function hunkText(hunks: readonly Hunk[], old: readonly string[], now: readonly string[]): string {
  const [first, last] = [hunks[0]!, hunks.at(-1)!];
  const before = Math.min(context, first.from);
  // A text that ends with a line break has no line behind it.
  const lines = old.at(-1) === '' ? old.length - 1 : old.length;
  const behind = Math.min(context, Math.max(0, lines - last.to));
  const body: string[] = old.slice(first.from - before, first.from).map((it) => ` ${it}`);
  for (const [index, { from, to, newFrom, newTo }] of hunks.entries()) {
    const between = index === 0 ? [] : old.slice(hunks[index - 1]!.to, from);
    body.push(...between.map((it) => ` ${it}`), ...old.slice(from, to).map((it) => `-${it}`), ...now.slice(newFrom, newTo).map((it) => `+${it}`));
  }
  body.push(...old.slice(last.to, last.to + behind).map((it) => ` ${it}`));
  const size = (sign: string): number => body.filter((it) => it.startsWith(' ') || it.startsWith(sign)).length;
  return `@@ -${first.from - before + 1},${size('-')} +${first.newFrom - before + 1},${size('+')} @@\n${body.join('\n')}\n`;
}
