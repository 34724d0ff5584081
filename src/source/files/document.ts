import type { Finding, Position, SourceObject } from '../../contract/index.ts';
import { concealedQuotes } from './conceal-secret.ts';
import type { DocumentText } from './split-documents.ts';
import { parseDocument } from './parse-document.ts';
import { TextPlaces } from './text-places.ts';
import { findOffset, toPlainValue, type SyntaxProblem, type YamlNode } from './yaml-node.ts';

/** What one document of a file came to: its objects (several for a List), or what is wrong with it. */
export interface ReadDocument {
  readonly document: DocumentText;
  readonly items: readonly DocumentItem[];
  readonly finding?: Finding;
}

/** One object of a document; `source` gets its generation and order later. */
export interface DocumentItem {
  readonly value: unknown;
  readonly locate: SourceObject['locate'];
  readonly excerpt: SourceObject['excerpt'];
}

/** Reads one document of `file`. Errors of the text are a finding, never thrown. */
export function readDocument(file: string, document: DocumentText): ReadDocument {
  const places = new TextPlaces(file, document);
  if (document.problem !== undefined) return { document, items: [], finding: findingOf(places, document.problem, 'yaml-document-end') };
  const parsed = parseDocument(document.text, document.line);
  if ('problem' in parsed) return { document, items: [], finding: findingOf(places, parsed.problem, parsed.problem.limit === true ? 'yaml-limit' : 'yaml-syntax') };
  if (parsed.node === undefined) return { document, items: [] };
  return { document, items: itemsOf(new LocatedTree(document.text, places), parsed.node) };
}

function findingOf(places: TextPlaces, problem: SyntaxProblem, code: 'yaml-syntax' | 'yaml-document-end' | 'yaml-limit'): Finding {
  const position = places.positionAt(problem.offset);
  const excerpt = places.excerpt(position);
  const quoted = places.isSecret ? concealedQuotes : (text: string): string => text;
  return { code, severity: 'error', message: quoted(problem.message), position, ...(problem.hint === undefined ? {} : { hint: quoted(problem.hint) }), ...(excerpt === undefined ? {} : { excerpt }) };
}

/** The items of `kind: List`, `GatewayList` and so on are objects of their own. */
function itemsOf(tree: LocatedTree, node: YamlNode): DocumentItem[] {
  const value = toPlainValue(node);
  const items = listItems(value);
  return items === undefined ? [tree.item(value, [])] : items.flatMap((item, index) => {
    const nested = listItems(item);
    return nested === undefined ? [tree.item(item, ['items', index])] : nested.map((inner, at) => tree.item(inner, ['items', index, 'items', at]));
  });
}

function listItems(value: unknown): readonly unknown[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { kind, items } = value as { kind?: unknown; items?: unknown };
  return typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items) ? items : undefined;
}

/** Finds places in a document's tree; the tree is made again when asked, for most documents are never asked. */
class LocatedTree {
  readonly #text: string;
  readonly #places: TextPlaces;
  #tree: WeakRef<YamlNode> | undefined;

  constructor(text: string, places: TextPlaces) {
    this.#text = text;
    this.#places = places;
  }

  item(value: unknown, base: readonly (string | number)[]): DocumentItem {
    return {
      value,
      locate: (path, part = 'value') => this.#locate([...base, ...path], part),
      excerpt: (position) => this.#places.excerpt(position),
    };
  }

  #locate(path: readonly (string | number)[], part: 'key' | 'value'): Position | undefined {
    const tree = this.#tree?.deref() ?? this.#parse();
    return tree && this.#places.positionAt(findOffset(tree, path, part));
  }

  #parse(): YamlNode | undefined {
    const parsed = parseDocument(this.#text);
    const node = 'node' in parsed ? parsed.node : undefined;
    if (node !== undefined) this.#tree = new WeakRef(node);
    return node;
  }
}
