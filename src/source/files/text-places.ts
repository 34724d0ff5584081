import type { Position } from '../../contract/index.ts';
import { concealedLine, holdsSecret } from './conceal-secret.ts';
import type { DocumentText } from './split-documents.ts';

const excerptWidth = 120;

/** Turns offsets of a document's text into places of its file; line starts are found when the first is asked for. */
export class TextPlaces {
  readonly #file: string;
  readonly #document: DocumentText;
  #lineStarts: number[] | undefined;
  #secret: boolean | undefined;

  constructor(file: string, document: DocumentText) {
    this.#file = file;
    this.#document = document;
  }

  positionAt(offset: number): Position {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { file: this.#file, line: this.#document.line + low, column: offset - starts[low]! + 1 };
  }

  /** Whether the text is a Secret, which no message may quote. */
  get isSecret(): boolean {
    return this.#secret ??= holdsSecret(this.#document.text);
  }

  /** The line of a position without its line break, and of a Secret without its value; a long line is cut to what is around the column and marked with `…`. */
  excerpt(position: Position): string | undefined {
    const start = this.#starts()[position.line - this.#document.line];
    if (start === undefined || position.file !== this.#file) return undefined;
    const end = this.#document.text.indexOf('\n', start);
    const line = this.#document.text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '');
    if (this.isSecret) return concealedLine(line);
    if (line.length <= excerptWidth + 2) return line;
    // Readers put a mark under the column where the excerpt reaches it, so only what lies beyond that is cut from the left.
    const from = position.column <= excerptWidth + 2 ? 0 : Math.min(position.column - 1 - excerptWidth / 2, line.length - excerptWidth);
    const to = from === 0 ? excerptWidth + 2 : from + excerptWidth;
    return `${from > 0 ? '…' : ''}${line.slice(from, to)}${to < line.length ? '…' : ''}`;
  }

  #starts(): number[] {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    const starts = [0];
    for (let at = this.#document.text.indexOf('\n'); at !== -1; at = this.#document.text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
    return starts;
  }
}
