import { CelSyntaxError, tokenize, type Token } from './tokens.ts';

/** The syntax tree of a rule. */
export type Expression =
  | { readonly op: 'literal'; readonly value: string | number | boolean | null }
  | { readonly op: 'name'; readonly name: string }
  | { readonly op: 'list'; readonly items: readonly Expression[] }
  | { readonly op: 'field'; readonly of: Expression; readonly name: string }
  | { readonly op: 'has'; readonly of: Expression; readonly name: string }
  | { readonly op: 'index'; readonly of: Expression; readonly index: Expression }
  | { readonly op: 'call'; readonly name: string; readonly target?: Expression; readonly args: readonly Expression[] }
  | { readonly op: 'fold'; readonly macro: Macro; readonly over: Expression; readonly variable: string; readonly body: Expression }
  | { readonly op: 'not'; readonly of: Expression }
  | { readonly op: 'binary'; readonly sign: string; readonly left: Expression; readonly right: Expression }
  | { readonly op: 'choose'; readonly test: Expression; readonly yes: Expression; readonly no: Expression };

export type Macro = 'all' | 'exists' | 'exists_one' | 'filter';

const macros: ReadonlySet<string> = new Set(['all', 'exists', 'exists_one', 'filter']);
const literals = new Map<string, boolean | null>([['true', true], ['false', false], ['null', null]]);

/** Binary operators from loosest to tightest. */
const levels: readonly (readonly string[])[] = [['||'], ['&&'], ['==', '!=', '<', '<=', '>', '>=', 'in'], ['+', '-']];

/** Reads one rule; throws CelSyntaxError for what the subset does not have. */
export function parseRule(rule: string): Expression {
  return new Parser(rule).rule();
}

/** Recursive descent over the tokens of one rule. */
class Parser {
  readonly #rule: string;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(rule: string) {
    this.#rule = rule;
    this.#tokens = tokenize(rule);
  }

  rule(): Expression {
    const result = this.#expression();
    return this.#next().kind === 'end' ? result : this.#fail('unexpected token');
  }

  #expression(): Expression {
    const test = this.#binary(0);
    if (!this.#accept('?')) return test;
    const yes = this.#expression();
    this.#expect(':');
    return { op: 'choose', test, yes, no: this.#expression() };
  }

  #binary(level: number): Expression {
    const signs = levels[level];
    if (signs === undefined) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const sign = signs.find((one) => this.#accept(one));
      if (sign === undefined) return left;
      left = { op: 'binary', sign, left, right: this.#binary(level + 1) };
    }
  }

  #unary(): Expression {
    if (this.#accept('!')) return { op: 'not', of: this.#unary() };
    let value = this.#primary();
    for (;;) {
      if (this.#accept('.')) value = this.#member(value, this.#name());
      else if (this.#accept('[')) {
        value = { op: 'index', of: value, index: this.#expression() };
        this.#expect(']');
      } else return value;
    }
  }

  #member(of: Expression, name: string): Expression {
    if (!this.#accept('(')) return { op: 'field', of, name: unescapeField(name) };
    const args = this.#listUntil(')');
    if (!macros.has(name)) return { op: 'call', name, target: of, args };
    const [variable, body] = args;
    if (variable?.op !== 'name' || body === undefined || args.length !== 2) return this.#fail(`${name} takes a name and a condition`);
    return { op: 'fold', macro: name as Macro, over: of, variable: variable.name, body };
  }

  #primary(): Expression {
    if (this.#accept('[')) return { op: 'list', items: this.#listUntil(']') };
    if (this.#accept('(')) {
      const inner = this.#expression();
      this.#expect(')');
      return inner;
    }
    const token = this.#next();
    if (token.kind === 'name') return this.#named(this.#name());
    if (token.kind !== 'text' && token.kind !== 'int') return this.#fail('unexpected token');
    this.#at++;
    return { op: 'literal', value: token.kind === 'int' ? Number(token.text) : token.text };
  }

  #named(name: string): Expression {
    const literal = literals.get(name);
    if (literal !== undefined) return { op: 'literal', value: literal };
    if (!this.#accept('(')) return { op: 'name', name };
    const args = this.#listUntil(')');
    if (name !== 'has') return { op: 'call', name, args };
    const field = args[0];
    if (field?.op !== 'field' || args.length !== 1) return this.#fail('has takes one field');
    return { op: 'has', of: field.of, name: field.name };
  }

  #listUntil(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.#accept(close)) {
      if (items.length > 0) this.#expect(',');
      items.push(this.#expression());
    }
    return items;
  }

  #next(): Token {
    return this.#tokens[this.#at]!;
  }

  #accept(text: string): boolean {
    const { kind, text: found } = this.#next();
    if (found !== text || (kind !== 'sign' && kind !== 'name')) return false;
    this.#at++;
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) this.#fail(`expected ${text}`);
  }

  #name(): string {
    const token = this.#next();
    if (token.kind !== 'name') this.#fail('expected a name');
    this.#at++;
    return token.text;
  }

  #fail(what: string): never {
    throw new CelSyntaxError(`${what} at ${this.#next().at} of: ${this.#rule}`);
  }
}

/** Kubernetes writes a field whose name is a CEL keyword as `__namespace__`. */
function unescapeField(name: string): string {
  return /^__([a-z]+)__$/.exec(name)?.[1] ?? name;
}
