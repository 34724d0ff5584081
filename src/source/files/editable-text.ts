import { isMap, isScalar, parseAllDocuments, type Scalar, visit, type YAMLMap } from 'yaml';

/** A place in a text, counted from 1. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** One edit of a text: a scalar gets another value or a place in a list, or a map gets one more field, before its others. */
export type TextEdit =
  | { readonly kind: 'replace'; readonly at: TextPlace; readonly value: string | number | boolean; readonly quoted?: true }
  | { readonly kind: 'wrap'; readonly at: TextPlace }
  | { readonly kind: 'insert'; readonly at: TextPlace; readonly key: string; readonly value: string };

/** Some characters of a text that become others. */
export interface Replacement {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** By their first character. */
interface Nodes {
  readonly scalars: ReadonlyMap<number, Scalar>;
  readonly maps: ReadonlyMap<number, YAMLMap>;
}

/** The text of a YAML or JSON file, edited in place: comments, order, indentation and quotes stay as they are. */
export class EditableText {
  readonly #text: string;
  readonly #lineStarts: readonly number[];
  #nodes: Nodes | undefined;

  constructor(text: string) {
    this.#text = text;
    this.#lineStarts = [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
  }

  /** How the scalar at a place is written, without its quotes; undefined where there is none on one line. */
  spelling(at: TextPlace): string | undefined {
    const found = this.#scalarAt(at);
    return found === undefined ? undefined : String(found.type === 'PLAIN' ? this.#text.slice(found.start, found.end) : found.value);
  }

  /** What to replace; undefined where the place holds nothing of the kind. */
  replacementFor(edit: TextEdit): Replacement | undefined {
    if (edit.kind === 'insert') return this.#insertion(edit);
    const found = this.#scalarAt(edit.at);
    if (found === undefined) return undefined;
    const { start, end, type } = found;
    if (edit.kind === 'wrap') return { start, end, text: `[${this.#text.slice(start, end)}]` };
    return { start, end, text: written(edit.value, edit.quoted === true ? 'QUOTE_DOUBLE' : type) };
  }

  /**
   * The document around a place, from its line of dashes up to the next; of the first one, which has none, the line behind it. Undefined where it is
   * the only one, or where nothing divides documents.
   */
  documentAround({ line }: TextPlace): { readonly start: number; readonly end: number } | undefined {
    const isDivider = (at: number): boolean => /^---(?:[ \t\r]|$)/.test(this.#text.slice(this.#lineStarts[at], this.#lineStarts[at + 1] ?? this.#text.length).replace(/\r?\n$/, ''));
    const last = this.#lineStarts.length - 1;
    let [from, to] = [line - 1, line];
    while (from > 0 && !isDivider(from)) from--;
    while (to <= last && !isDivider(to)) to++;
    const [hasDivider, hasNext] = [isDivider(from), to <= last];
    if (!hasDivider && !hasNext) return undefined;
    return { start: this.#lineStarts[from]!, end: hasDivider || !hasNext ? this.#lineStarts[to] ?? this.#text.length : this.#lineStarts[to + 1] ?? this.#text.length };
  }

  isWithin(place: TextPlace | undefined, { start, end }: { readonly start: number; readonly end: number }): boolean {
    const at = place === undefined ? -1 : this.#offsetOf(place);
    return at >= start && at < end;
  }

  /** The text after replacements, which must not overlap. */
  after(replacements: readonly Replacement[]): string {
    let text = this.#text;
    for (const { start, end, text: piece } of replacements.toSorted((a, b) => b.start - a.start)) text = text.slice(0, start) + piece + text.slice(end);
    return text;
  }

  #scalarAt(at: TextPlace): { readonly start: number; readonly end: number; readonly type: string; readonly value: unknown } | undefined {
    const node = this.#parsed().scalars.get(this.#offsetOf(at));
    if (node?.range === undefined || node.range === null) return undefined;
    const [start, end] = node.range;
    const { type = 'PLAIN', value } = node;
    return type.startsWith('BLOCK') || this.#text.slice(start, end).includes('\n') ? undefined : { start, end, type, value };
  }

  #insertion({ at, key, value }: Extract<TextEdit, { kind: 'insert' }>): Replacement | undefined {
    const start = this.#offsetOf(at);
    const map = this.#parsed().maps.get(start);
    if (map === undefined) return undefined;
    if (map.flow !== true) return { start, end: start, text: `${key}: ${written(value, 'PLAIN')}\n${' '.repeat(at.column - 1)}` };
    const isJson = /^\{\s*"/.test(this.#text.slice(start));
    const field = isJson ? `${JSON.stringify(key)}: ${JSON.stringify(value)}` : `${key}: ${written(value, 'PLAIN')}`;
    return { start: start + 1, end: start + 1, text: `${field}${map.items.length === 0 ? '' : ', '}` };
  }

  #offsetOf({ line, column }: TextPlace): number {
    return (this.#lineStarts[line - 1] ?? this.#text.length) + column - 1;
  }

  #parsed(): Nodes {
    if (this.#nodes !== undefined) return this.#nodes;
    const [scalars, maps] = [new Map<number, Scalar>(), new Map<number, YAMLMap>()];
    for (const document of parseAllDocuments(this.#text, { uniqueKeys: false, logLevel: 'silent' })) {
      visit(document, (_, node) => {
        if (isScalar(node) && node.range) scalars.set(node.range[0], node);
        else if (isMap(node) && node.range) maps.set(node.range[0], node);
      });
    }
    return this.#nodes = { scalars, maps };
  }
}

/** A value in the quotes that the one before it had, or in quotes where it would be read as something else without. */
function written(value: string | number | boolean, type: string): string {
  if (typeof value !== 'string') return String(value);
  if (type === 'QUOTE_SINGLE') return `'${value.replaceAll("'", "''")}'`;
  const isPlain = /^[A-Za-z][\w./-]*$/.test(value) && !/^(?:y|n|yes|no|on|off|true|false|null)$/i.test(value);
  return type === 'QUOTE_DOUBLE' || !isPlain ? JSON.stringify(value) : value;
}
