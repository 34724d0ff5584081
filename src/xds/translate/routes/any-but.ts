/** An RE2 expression for every lower-case text but these; RE2 has no other way to say no. */
export function anyBut(words: readonly string[]): string {
  const isEnd = words.includes('');
  const next = new Map<string, string[]>();
  for (const word of words) if (word !== '') next.set(word[0]!, [...next.get(word[0]!) ?? [], word.slice(1)]);
  if (next.size === 0) return isEnd ? '.+' : '.*';
  const others = `[^${[...next.keys()].map((char) => char.replace(/[-\\^\]]/, '\\$&')).join('')}].*`;
  const branches = [...next].map(([char, rest]) => `${char}${anyBut(rest)}`);
  return `(?:${[...(isEnd ? [] : ['']), others, ...branches].join('|')})`;
}
