import { readWithLibrary } from './library-reader.ts';
import { readQuickly } from './quick-reader.ts';
import type { ParsedDocument } from './yaml-node.ts';

/** Reads the text of one document that begins on `firstLine` of its file: quickly where it is written as most manifests are, else with every feature of YAML. */
export function parseDocument(text: string, firstLine = 1): ParsedDocument {
  if (!/[^\s]/.test(text)) return { node: undefined };
  const node = readQuickly(text);
  return node === undefined ? readWithLibrary(text, firstLine) : { node };
}
