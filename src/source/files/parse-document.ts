import { readWithLibrary } from './library-reader.ts';
import type { ParsedDocument } from './yaml-node.ts';

/** Reads the text of one document. */
export function parseDocument(text: string): ParsedDocument {
  return readWithLibrary(text);
}
