import type { Branch, Node, Pattern } from './parse.ts';

/** Texts that an expression matches from its begin on: few, but each branch and each edge of a repetition is in one of them. */
export function samplesOf({ options }: Pattern, most = 12): string[] {
  return [...new Set(options.flatMap((branch) => branchSamples(branch)))].slice(0, most);
}

function branchSamples(branch: Branch): string[] {
  let texts = [''];
  for (const node of branch) {
    const next = nodeSamples(node);
    // Pairs each text with one continuation, and adds the other continuations to the first text, so that the number stays small.
    const first = texts[0] ?? '';
    texts = [...new Set([...texts.map((text, index) => text + (next[index % next.length] ?? '')), ...next.map((it) => first + it)])].slice(0, 24);
  }
  return texts;
}

function nodeSamples(node: Node): string[] {
  switch (node.kind) {
    case 'char': return [node.char];
    case 'any': return ['x', '/'];
    case 'start': case 'end': case 'word-edge': return [''];
    case 'set': return setSamples(node.source);
    case 'group': return node.options.flatMap(branchSamples);
    case 'repeat': {
      const once = nodeSamples(node.node);
      const least = (it: string): string => it.repeat(Math.max(node.least, 1));
      return [...once.map(least), ...(node.least === 0 ? [''] : []), ...(node.most > Math.max(node.least, 1) ? [`${least(once[0] ?? '')}${once.at(-1) ?? ''}`] : [])];
    }
  }
}

const candidates = ['a', 'b', 'x', 'z', 'A', 'Q', '0', '1', '5', '9', '-', '_', '.', '~', '/', '+', ' '];

function setSamples(source: string): string[] {
  const set = new RegExp(`^${source}$`);
  const found = candidates.filter((it) => set.test(it) && it !== ' ');
  const own = [...source].filter((it) => /[A-Za-z0-9._~-]/.test(it) && set.test(it));
  return [...new Set([found[0] ?? own[0] ?? 'a', ...own.slice(0, 1), found.at(-1) ?? 'a'])];
}
