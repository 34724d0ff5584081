import { resolvePlainScalar } from './plain-scalar.ts';
import type { YamlEntry, YamlNode } from './yaml-node.ts';

const keyPattern = /(?:([A-Za-z0-9_.$][A-Za-z0-9_./$()-]*)|"([^"\\\n]*)"|'([^'\n]*)'):(?=[ \r\n]|$)/y;
const doubleQuoted = /"(?:[^"\\\n]|\\["\\/bfnrt])*"/y;
const singleQuoted = /'(?:[^'\n]|'')*'/y;
const flowPlain = /[A-Za-z0-9_./][A-Za-z0-9_./$()+-]*(?=[ ,\]}\n]|: |$)/y;
const plainStart = /[A-Za-z0-9_./\\(<=+~$^;]|-[^\s]/y;
const literalHeader = /\|(-?)[ ]*(?:#[^\n]*)?\r?\n/y;
const restOfLine = /[ ]*(?:(?<= )#[^\n]*)?\r?(?:\n|$)/y;
const depthLimit = 64;

/** Thrown inside this file where a text needs more than the quick reader knows. */
const beyond = new Error('beyond the quick reader');

/**
 * Reads the YAML that manifests are written in: block maps and lists, scalars of one line, literal blocks, short flow
 * collections. It is about ten times as fast as the library, needs nothing loaded, and judges nothing: at anything else,
 * and at anything that may be wrong, it returns undefined and the library decides. Where both read a text they agree (tested).
 */
export function readQuickly(text: string): YamlNode | undefined {
  if (text.includes('\t') || text.startsWith('%') || /\r(?!\n)/.test(text)) return undefined;
  try {
    return new QuickReader(text).read();
  } catch (error) {
    if (error === beyond) return undefined;
    throw error;
  }
}

class QuickReader {
  readonly #text: string;
  /** Where the current line's content begins, and how far that is from the line's start; -1 behind the last line. */
  #at = 0;
  #indent = -1;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): YamlNode | undefined {
    const marker = /^---[ ]*(?:\r?\n|$)/.exec(this.#text);
    this.#toContent(marker?.[0].length ?? 0);
    if (this.#indent === -1) throw beyond;
    const node = this.#block(this.#indent);
    if (node === undefined || this.#indent !== -1) throw beyond;
    return node;
  }

  /** Moves to the next line with content, from a line's start. */
  #toContent(from: number): void {
    const text = this.#text;
    let lineStart = from;
    while (lineStart < text.length) {
      let at = lineStart;
      while (text.charCodeAt(at) === 32) at += 1;
      const first = text.charCodeAt(at);
      if (first === 13 && text.charCodeAt(at + 1) !== 10) throw beyond;
      if (first !== 35 && first !== 10 && first !== 13 && at < text.length) {
        this.#at = at;
        this.#indent = at - lineStart;
        if (this.#indent === 0 && (text.startsWith('...', at) || text.startsWith('---', at))) throw beyond;
        return;
      }
      const end = text.indexOf('\n', at);
      lineStart = end === -1 ? text.length : end + 1;
    }
    this.#indent = -1;
  }

  /** A map or list whose lines stand at `indent`; undefined where the line is neither. */
  #block(indent: number): YamlNode | undefined {
    this.#depth += 1;
    if (this.#depth > depthLimit) throw beyond;
    const node = this.#atDash() ? this.#list(indent) : this.#atKey() ? this.#map(indent) : undefined;
    if (this.#indent > indent) throw beyond;
    this.#depth -= 1;
    return node;
  }

  #atDash(): boolean {
    if (this.#text.charCodeAt(this.#at) !== 45) return false;
    const next = this.#text.charCodeAt(this.#at + 1);
    return next === 32 || next === 10 || next === 13;
  }

  #atKey(): boolean {
    keyPattern.lastIndex = this.#at;
    return keyPattern.test(this.#text);
  }

  #list(indent: number): YamlNode {
    const start = this.#at;
    const items: YamlNode[] = [];
    while (this.#indent === indent && this.#atDash()) {
      let at = this.#at + 1;
      while (this.#text.charCodeAt(at) === 32) at += 1;
      if (this.#restIsEmpty(at)) {
        this.#toContent(this.#lineEnd(at));
        if (this.#indent <= indent) throw beyond;
        items.push(this.#block(this.#indent) ?? raise());
        continue;
      }
      const inner = indent + at - this.#at;
      this.#at = at;
      this.#indent = inner;
      items.push(this.#block(inner) ?? this.#inline(at, indent));
    }
    return { kind: 'list', start, items };
  }

  #map(indent: number): YamlNode {
    const start = this.#at;
    const entries: YamlEntry[] = [];
    const keys = new Set<string>();
    while (this.#indent === indent) {
      keyPattern.lastIndex = this.#at;
      const found = keyPattern.exec(this.#text);
      if (found === null) throw beyond;
      const [whole, plain, double, single] = found;
      const key = plain ?? double ?? single ?? raise();
      if (keys.has(key) || (plain !== undefined && typeof resolvePlainScalar(plain) !== 'string')) throw beyond;
      keys.add(key);
      const keyStart = this.#at;
      entries.push({ key, keyStart, value: this.#entryValue(keyStart, { at: keyStart + whole.length, indent }) });
      if (this.#indent === indent && this.#atDash()) throw beyond;
    }
    return { kind: 'map', start, entries };
  }

  #entryValue(keyStart: number, after: { readonly at: number; readonly indent: number }): YamlNode {
    let at = after.at;
    while (this.#text.charCodeAt(at) === 32) at += 1;
    if (!this.#restIsEmpty(at)) return this.#inline(at, after.indent);
    this.#toContent(this.#lineEnd(at));
    if (this.#indent > after.indent || (this.#indent === after.indent && this.#atDash())) return this.#block(this.#indent) ?? raise();
    return { kind: 'scalar', start: keyStart, value: null };
  }

  /** A value that begins on a key's or dash's line; `indent` is that of the key or dash. Ends at the next line with content. */
  #inline(at: number, indent: number): YamlNode {
    const first = this.#text[at];
    if (first === '|') return this.#literal(at, indent);
    const read = first === '[' || first === '{' ? this.#flow(at) : first === '"' || first === "'" ? this.#quoted(at) : this.#plain(at);
    restOfLine.lastIndex = read.end;
    if (!restOfLine.test(this.#text)) throw beyond;
    this.#toContent(restOfLine.lastIndex);
    if (this.#indent > indent) throw beyond;
    return read.node;
  }

  #plain(at: number): Read {
    plainStart.lastIndex = at;
    if (!plainStart.test(this.#text)) throw beyond;
    const lineEnd = this.#text.indexOf('\n', at);
    let line = this.#text.slice(at, lineEnd === -1 ? undefined : lineEnd);
    const comment = line.indexOf(' #');
    if (comment !== -1) line = line.slice(0, comment);
    const value = line.replace(/[ \r]+$/, '');
    if (value.includes('\r') || value.includes(': ') || value.endsWith(':')) throw beyond;
    return { node: { kind: 'scalar', start: at, value: resolvePlainScalar(value) }, end: at + value.length };
  }

  #quoted(at: number): Read {
    const pattern = this.#text[at] === '"' ? doubleQuoted : singleQuoted;
    pattern.lastIndex = at;
    const text = pattern.exec(this.#text)?.[0];
    if (text === undefined || text.includes('\r')) throw beyond;
    const value = pattern === doubleQuoted ? (JSON.parse(text) as string) : text.slice(1, -1).replaceAll("''", "'");
    return { node: { kind: 'scalar', start: at, value }, end: at + text.length };
  }

  /** `[a, "b"]` and `{a: b}` on one line. */
  #flow(at: number): Read {
    this.#depth += 1;
    if (this.#depth > depthLimit) throw beyond;
    const isList = this.#text[at] === '[';
    const items: YamlNode[] = [];
    const entries: YamlEntry[] = [];
    let end = this.#skipSpaces(at + 1);
    while (this.#text[end] !== (isList ? ']' : '}')) {
      const first = this.#flowValue(end);
      end = this.#skipSpaces(first.end);
      if (isList) items.push(first.node);
      else end = this.#flowEntry(first.node, { end, entries });
      if (this.#text[end] === ',') end = this.#skipSpaces(end + 1);
      else if (this.#text[end] !== (isList ? ']' : '}')) throw beyond;
    }
    this.#depth -= 1;
    return { node: isList ? { kind: 'list', start: at, items } : { kind: 'map', start: at, entries }, end: end + 1 };
  }

  #flowEntry(key: YamlNode, place: { readonly end: number; readonly entries: YamlEntry[] }): number {
    if (key.kind !== 'scalar' || typeof key.value !== 'string' || !this.#text.startsWith(': ', place.end)) throw beyond;
    const name = key.value;
    if (place.entries.some((entry) => entry.key === name)) throw beyond;
    const value = this.#flowValue(this.#skipSpaces(place.end + 1));
    place.entries.push({ key: name, keyStart: key.start, value: value.node });
    return this.#skipSpaces(value.end);
  }

  #flowValue(at: number): Read {
    const first = this.#text[at];
    if (first === '[' || first === '{') return this.#flow(at);
    if (first === '"' || first === "'") return this.#quoted(at);
    flowPlain.lastIndex = at;
    const text = flowPlain.exec(this.#text)?.[0];
    if (text === undefined) throw beyond;
    return { node: { kind: 'scalar', start: at, value: resolvePlainScalar(text) }, end: at + text.length };
  }

  /** A `|` or `|-` block. */
  #literal(at: number, indent: number): YamlNode {
    literalHeader.lastIndex = at;
    const header = literalHeader.exec(this.#text);
    if (header === null) throw beyond;
    const block = this.#literalLines(literalHeader.lastIndex, indent);
    this.#toContent(block.end);
    if (this.#indent > indent) throw beyond;
    return { kind: 'scalar', start: at, value: block.lines.join('\n') + (header[1] === '-' ? '' : '\n') };
  }

  #literalLines(from: number, indent: number): { readonly lines: readonly string[]; readonly end: number } {
    const lines: string[] = [];
    let width = 0;
    let lineStart = from;
    while (lineStart < this.#text.length) {
      const end = this.#text.indexOf('\n', lineStart);
      if (end === -1) throw beyond;
      const line = this.#text.slice(lineStart, this.#text[end - 1] === '\r' ? end - 1 : end);
      const own = line.search(/[^ ]/);
      if (own === -1) {
        if (lines.length === 0 || line.length > width) throw beyond;
      } else {
        if (lines.length === 0) width = own;
        if (own < width || width <= indent) break;
      }
      lines.push(line.slice(width));
      lineStart = end + 1;
    }
    while (lines.at(-1) === '') lines.pop();
    if (lines.length === 0) throw beyond;
    return { lines, end: lineStart };
  }

  #skipSpaces(at: number): number {
    let end = at;
    while (this.#text.charCodeAt(end) === 32) end += 1;
    return end;
  }

  /** True where only a comment or nothing stands between `at` and the line's end. */
  #restIsEmpty(at: number): boolean {
    const first = this.#text.charCodeAt(at);
    if (Number.isNaN(first) || first === 10) return true;
    if (first === 13) return this.#text.charCodeAt(at + 1) === 10 || raise();
    return first === 35 && this.#text.charCodeAt(at - 1) === 32;
  }

  /** The start of the line behind the one that `at` is on. */
  #lineEnd(at: number): number {
    const end = this.#text.indexOf('\n', at);
    return end === -1 ? this.#text.length : end + 1;
  }
}

interface Read {
  readonly node: YamlNode;
  readonly end: number;
}

function raise(): never {
  throw beyond;
}
