import type { FieldPath } from '../../contract/index.ts';

/** A document as a tree of values with their places; offsets count UTF-16 units from the start of the document's text. */
export type YamlNode =
  | { readonly kind: 'scalar'; readonly start: number; readonly value: string | number | boolean | null }
  | { readonly kind: 'list'; readonly start: number; readonly items: readonly YamlNode[] }
  | { readonly kind: 'map'; readonly start: number; readonly entries: readonly YamlEntry[] };

export interface YamlEntry {
  readonly key: string;
  readonly keyStart: number;
  readonly value: YamlNode;
}

/** A reason why a text is not read, at an offset of the document's text. */
export interface SyntaxProblem {
  readonly offset: number;
  readonly message: string;
  readonly hint?: string;
  readonly limit?: boolean;
}

export type ParsedDocument = { readonly node: YamlNode | undefined } | { readonly problem: SyntaxProblem };

/** Thrown inside this folder's readers only, and turned into a `SyntaxProblem` at their entry. */
export class YamlProblem extends Error {
  readonly problem: SyntaxProblem;

  constructor(problem: SyntaxProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

/** The plain value of a tree: fresh objects each time; a key `__proto__` becomes an own property. */
export function toPlainValue(node: YamlNode): unknown {
  if (node.kind === 'scalar') return node.value;
  if (node.kind === 'list') return node.items.map(toPlainValue);
  const value: Record<string, unknown> = {};
  for (const entry of node.entries) {
    if (entry.key === '__proto__') Object.defineProperty(value, entry.key, { value: toPlainValue(entry.value), enumerable: true, configurable: true, writable: true });
    else value[entry.key] = toPlainValue(entry.value);
  }
  return value;
}

/** The offset of a field's value or key; of its nearest existing parent where the field is missing. */
export function findOffset(root: YamlNode, path: FieldPath, part: 'key' | 'value'): number {
  let node = root;
  let offset = root.start;
  for (const step of path) {
    const child = childOf(node, step);
    if (child === undefined) return offset;
    offset = part === 'key' ? child.keyStart : child.value.start;
    node = child.value;
  }
  return offset;
}

function childOf(node: YamlNode, step: string | number): { readonly keyStart: number; readonly value: YamlNode } | undefined {
  if (node.kind === 'list') {
    const item = node.items[Number(step)];
    return item && { keyStart: item.start, value: item };
  }
  if (node.kind === 'map') return node.entries.find((entry) => entry.key === String(step));
  return undefined;
}
