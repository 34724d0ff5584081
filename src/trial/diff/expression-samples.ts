/** Texts that an expression of RE2 matches, as far as it is written with common pieces; whoever asks finds out whether they do. */
export function samplesOf(expression: string, most = 4): string[] {
  const read = new Reader(expression);
  const whole = read.alternatives();
  const samples = Array.from({ length: most }, (_, turn) => whole(turn));
  return [...new Set(samples)].filter((it) => it.length <= longest);
}

const longest = 200;

/** A piece of an expression: what it could match, another text at another turn. */
type Piece = (turn: number) => string;

/** Reads an expression from left to right. What it does not know it takes literally: the sample then fits nothing and harms nobody. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  alternatives(): Piece {
    const choices = [this.#sequence()];
    while (this.#take('|')) choices.push(this.#sequence());
    return (turn) => choices[turn % choices.length]!(Math.floor(turn / choices.length));
  }

  #sequence(): Piece {
    const pieces: Piece[] = [];
    while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') pieces.push(this.#repeated(this.#piece()));
    return (turn) => pieces.map((it) => it(turn)).join('');
  }

  #piece(): Piece {
    const sign = this.#text[this.#at++]!;
    switch (sign) {
      case '(': return this.#group();
      case '[': return this.#class();
      case '\\': return this.#escape();
      case '.': return (turn) => (turn % 2 === 0 ? 'a' : 'b');
      case '^': case '$': return () => '';
      default: return () => sign;
    }
  }

  #group(): Piece {
    const flags = /^\?(?:[imsU-]*:|P?<\w+>)/.exec(this.#text.slice(this.#at));
    const bare = flags === null ? /^\?[imsU-]+\)/.exec(this.#text.slice(this.#at)) : null;
    this.#at += (flags ?? bare)?.[0].length ?? 0;
    if (bare !== null) return () => '';
    const inner = this.alternatives();
    this.#take(')');
    return inner;
  }

  /** `[a-z0-9_]`: the first and the last that it names; of a negated one something that it does not. */
  #class(): Piece {
    const [, negated = '', body = ''] = /^(\^?)((?:\\.|\[:\w+:\]|[^\]\\])+)\]?/.exec(this.#text.slice(this.#at)) ?? [];
    const end = this.#text.slice(this.#at).length;
    this.#at += Math.min(negated.length + body.length + 1, end);
    const named = body.replaceAll('\\d', '0-9').replaceAll('\\w', 'a-z').replaceAll('\\s', ' ').replaceAll('[:digit:]', '0-9').replaceAll(/\[:\w+:\]/g, 'a-z').replaceAll(/\\(.)/g, '$1');
    if (negated === '') return (turn) => (turn % 2 === 0 ? named[0] ?? '' : named.at(-1) ?? '');
    const other = [...'ax0-_~'].find((it) => !inClass(named, it)) ?? 'a';
    return () => other;
  }

  #escape(): Piece {
    const sign = this.#text[this.#at++] ?? '';
    switch (sign) {
      case 'd': return (turn) => (turn % 2 === 0 ? '1' : '0');
      case 'w': case 'S': case 'D': return (turn) => (turn % 2 === 0 ? 'a' : 'b');
      case 's': return () => ' ';
      case 'A': case 'z': case 'b': case 'B': return () => '';
      default: return () => sign;
    }
  }

  #repeated(piece: Piece): Piece {
    const [mark = ''] = /^(?:[*+?]|\{\d+(?:,\d*)?\})\??/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += mark.length;
    const [, from = '1'] = /^\{(\d+)/.exec(mark) ?? [];
    switch (mark[0]) {
      case '*': return (turn) => (turn % 2 === 0 ? piece(turn) : '');
      case '?': return (turn) => (turn % 2 === 0 ? piece(turn) : '');
      case '+': return (turn) => piece(turn).repeat(1 + (turn % 2));
      case '{': return (turn) => piece(turn).repeat(Number(from));
      default: return piece;
    }
  }

  #take(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }
}

function inClass(body: string, sign: string): boolean {
  return [...body.matchAll(/(.)-(.)|(.)/g)].some(([, from, to, single]) => (single === undefined ? from! <= sign && sign <= to! : single === sign));
}
