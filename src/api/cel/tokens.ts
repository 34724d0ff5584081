export type TokenKind = 'name' | 'int' | 'text' | 'sign' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** The decoded value of a text, the source of everything else. */
  readonly text: string;
  /** Offset in the rule. */
  readonly at: number;
}

/** A rule that this subset of CEL cannot read: a defect of the CRD or of Postern, never of the user's input. */
export class CelSyntaxError extends Error {}

const shapes: readonly (readonly [TokenKind | 'space', RegExp])[] = [
  ['space', /\s+/y],
  ['text', /r?(?:"""[^]*?"""|'''[^]*?''')|r"[^"\n]*"|r'[^'\n]*'|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/y],
  ['name', /[A-Za-z_][A-Za-z0-9_]*/y],
  ['int', /[0-9]+(?![0-9.eExuU])/y],
  ['sign', /&&|\|\||[=!<>]=|[<>!?:.,()[\]+*/%-]/y],
];

/** Splits a rule into tokens, the last of kind `end`. Source: CEL specification, "Syntax". */
export function tokenize(rule: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < rule.length) {
    const found = nextToken(rule, at);
    if (found.kind !== 'space') tokens.push({ kind: found.kind, text: found.kind === 'text' ? decode(found.source) : found.source, at });
    at += found.source.length;
  }
  tokens.push({ kind: 'end', text: '', at });
  return tokens;
}

function nextToken(rule: string, at: number): { readonly kind: TokenKind | 'space'; readonly source: string } {
  for (const [kind, shape] of shapes) {
    shape.lastIndex = at;
    const source = shape.exec(rule)?.[0];
    if (source !== undefined) return { kind, source };
  }
  throw new CelSyntaxError(`unexpected character at ${at} of: ${rule}`);
}

const escapes: { readonly [letter: string]: string } = { n: '\n', r: '\r', t: '\t', '\\': '\\', '"': '"', "'": "'", '`': '`', '?': '?' };

function decode(source: string): string {
  const raw = source.startsWith('r');
  const quoted = raw ? source.slice(1) : source;
  const width = /^("""|''')/.test(quoted) ? 3 : 1;
  const inner = quoted.slice(width, -width);
  if (raw) return inner;
  return inner.replaceAll(/\\(.)/g, (_, letter: string) => {
    const value = escapes[letter];
    if (value === undefined) throw new CelSyntaxError(`escape \\${letter} in ${source}`);
    return value;
  });
}
