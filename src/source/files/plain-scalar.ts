const words = new Map<string, boolean | null>([['', null], ['~', null], ['null', null], ['Null', null], ['NULL', null]]);
for (const word of ['y', 'yes', 'on', 'true']) for (const form of spellings(word)) words.set(form, true);
for (const word of ['n', 'no', 'off', 'false']) for (const form of spellings(word)) words.set(form, false);

function spellings(word: string): string[] {
  return [word, word[0]!.toUpperCase() + word.slice(1), word.toUpperCase()];
}

/**
 * What an unquoted YAML scalar means. Follows kubectl and the API server (sigs.k8s.io/yaml, which reads YAML 1.1 with Go's
 * number rules), so that a file means here what it means in a cluster: `y yes on` and `n no off` are booleans in three
 * spellings, `0777` and `0o777` are octal, `0x1F` and `0b101` work, `1_000` is 1000, dates and `12:30:45` are strings.
 * The one difference: `.inf` and `.nan`, which kubectl refuses because JSON cannot hold them, stay strings here.
 */
export function resolvePlainScalar(text: string): string | number | boolean | null {
  const word = text.length <= 5 ? words.get(text) : undefined;
  if (word !== undefined) return word;
  const first = text.charCodeAt(0);
  const mayBeNumber = (first >= 48 && first <= 57) || first === 43 || first === 45 || first === 46;
  return mayBeNumber ? numberOf(text) ?? text : text;
}

function numberOf(text: string): number | undefined {
  const plain = text.replaceAll('_', '');
  const parts = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(\d+)|((?:\.\d+|\d+\.?\d*)(?:[eE][-+]?\d+)?))$/.exec(plain);
  if (parts === null) return undefined;
  const [, sign, hex, binary, octal, decimal, float] = parts;
  const size = Number(hex !== undefined ? `0x${hex}` : binary !== undefined ? `0b${binary}` : octal !== undefined ? `0o${octal}` : decimal ?? float);
  if (!Number.isFinite(size)) return undefined;
  return sign === '-' && size !== 0 ? -size : size;
}
