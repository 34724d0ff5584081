/** A regular expression as a tree: as much of PCRE as paths of Ingresses use, and as much as RE2 has too. */
export type Node =
  | { readonly kind: 'char'; readonly char: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'start' | 'end' | 'word-edge' }
  | { readonly kind: 'set'; readonly source: string }
  | { readonly kind: 'group'; readonly capture?: number; readonly options: readonly Branch[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number };

export type Branch = readonly Node[];

export interface Pattern {
  readonly options: readonly Branch[];
  readonly captures: number;
}

/** Reads an expression; a sentence where it has what RE2 lacks, or is broken. */
export function parsePattern(source: string): Pattern | string {
  const reader = new Reader(source);
  try {
    return { options: reader.readOptions(0), captures: reader.captures };
  } catch (error) {
    if (error instanceof Unreadable) return error.message;
    throw error;
  }
}

class Unreadable extends Error {}

const flagGroup = /^\?[a-zA-Z-]+[:)]/;

class Reader {
  captures = 0;
  private at = 0;
  private readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  readOptions(depth: number): Branch[] {
    const options: Branch[] = [];
    for (;;) {
      options.push(this.readBranch());
      if (this.peek() === '|') this.at++;
      else if (this.peek() === ')' && depth === 0) throw new Unreadable('it has a ) without a (');
      else return options;
    }
  }

  private readBranch(): Branch {
    const nodes: Node[] = [];
    while (this.at < this.source.length && this.peek() !== '|' && this.peek() !== ')') nodes.push(this.readRepeats(this.readNode()));
    return nodes;
  }

  private peek(): string {
    return this.source[this.at] ?? '';
  }

  private readNode(): Node {
    const char = this.peek();
    this.at++;
    switch (char) {
      case '^': return { kind: 'start' };
      case '$': return { kind: 'end' };
      case '.': return { kind: 'any' };
      case '[': return this.readSet();
      case '(': return this.readGroup();
      case '\\': return this.readEscape();
      case '*': case '+': case '?': throw new Unreadable(`it has a ${char} with nothing to repeat`);
      default: return { kind: 'char', char };
    }
  }

  private readGroup(): Node {
    let capture: number | undefined;
    const rest = this.source.slice(this.at);
    const named = /^\?P?<([A-Za-z_]\w*)>/.exec(rest);
    if (named !== null) this.at += named[0].length;
    if (!rest.startsWith('?') || named !== null) capture = ++this.captures;
    else if (rest.startsWith('?:')) this.at += 2;
    else if (flagGroup.test(rest)) throw new Unreadable('it changes flags inside');
    else throw new Unreadable(rest.startsWith('?>') ? 'it has an atomic group, which RE2 lacks' : 'it looks ahead or behind, which RE2 lacks');
    const options = this.readOptions(1);
    if (this.peek() !== ')') throw new Unreadable('it has a ( without a )');
    this.at++;
    return { kind: 'group', options, ...(capture === undefined ? {} : { capture }) };
  }

  private readSet(): Node {
    const found = /^\^?\]?(?:\\[^]|[^\]\\])*\]/.exec(this.source.slice(this.at));
    if (found === null) throw new Unreadable('it has a [ without a ]');
    this.at += found[0].length;
    if (found[0].includes('[:')) throw new Unreadable('it has a class of POSIX');
    return { kind: 'set', source: `[${found[0]}` };
  }

  private readEscape(): Node {
    const char = this.peek();
    this.at++;
    if (char === '') throw new Unreadable('it ends with a backslash');
    if (/[1-9]/.test(char)) throw new Unreadable('it has a back reference, which RE2 lacks');
    if (/[dDwWsS]/.test(char)) return { kind: 'set', source: `[\\${char}]` };
    if (char === 'b' || char === 'B') return { kind: 'word-edge' };
    if (/[A-Za-z]/.test(char)) throw new Unreadable(`it has \\${char}, which this tool does not read`);
    return { kind: 'char', char };
  }

  private readRepeats(node: Node): Node {
    const found = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})([?+]?)/.exec(this.source.slice(this.at));
    if (found === null) return node;
    this.at += found[0].length;
    const [whole, least, comma, most, mode] = found;
    if (mode === '+') throw new Unreadable('it repeats possessively, which RE2 lacks');
    if (least === undefined) return this.readRepeats({ kind: 'repeat', node, least: whole.startsWith('+') ? 1 : 0, most: whole.startsWith('?') ? 1 : Infinity });
    return this.readRepeats({ kind: 'repeat', node, least: Number(least), most: comma === '' ? Number(least) : most === '' ? Infinity : Number(most) });
  }
}

/** The text that a branch is where it has nothing but characters; undefined where it has more. */
export function literalOf(branch: Branch): string | undefined {
  return branch.every((it) => it.kind === 'char') ? branch.map((it) => (it.kind === 'char' ? it.char : '')).join('') : undefined;
}
