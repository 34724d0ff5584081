import type { SyntaxProblem } from './yaml-node.ts';

export interface LibraryError {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

/** Says in plain words what a YAML reader's error means for the person who wrote the file. */
export function explainSyntaxError(_text: string, error: LibraryError): SyntaxProblem {
  return { offset: error.offset, message: error.message.replace(/\s+/g, ' ') };
}
