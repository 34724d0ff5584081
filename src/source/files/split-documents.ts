import type { SyntaxProblem } from './yaml-node.ts';

/** The text of one document of a file, and where it begins. */
export interface DocumentText {
  readonly text: string;
  /** Line of the first character, from 1. */
  readonly line: number;
  /** Text behind a line of dots, which YAML does not read. */
  readonly problem?: SyntaxProblem;
}

/**
 * Cuts a file into documents at lines that begin with `---`, which no YAML document can hold at column 1 (YAML 1.2, 9.1.2),
 * so that a broken document spoils no other. A document that holds only comments stays in the list: the reader finds nothing in it.
 * A text that begins with `{` is also tried as JSON values one after the other.
 */
export function splitDocuments(text: string): DocumentText[] {
  const concatenated = splitJson(text);
  if (concatenated !== undefined) return concatenated;
  const documents: DocumentText[] = [];
  let start = 0;
  let line = 1;
  let nextLine = 1;
  let at = 0;
  let directives = '';
  const push = (end: number): void => {
    const piece = text.slice(start, end);
    const only = /^(?:[ \t]*(?:#.*)?\r?\n|%.*\r?\n)*%.*\r?\n(?:[ \t]*(?:#.*)?\r?\n)*$/.test(piece);
    if (only) {
      directives = piece;
      return;
    }
    documents.push(checkDots(directives + piece, line - lineBreaks(directives)));
    directives = '';
  };
  while (at < text.length) {
    if (at > start && isSeparator(text, at)) {
      push(at);
      start = at;
      line = nextLine;
    }
    const end = text.indexOf('\n', at);
    if (end === -1) break;
    at = end + 1;
    nextLine += 1;
  }
  push(text.length);
  return documents;
}

function isSeparator(text: string, at: number): boolean {
  if (!text.startsWith('---', at)) return false;
  const next = text.charCodeAt(at + 3);
  return Number.isNaN(next) || next === 10 || next === 13 || next === 32 || next === 9;
}

function lineBreaks(text: string): number {
  return text.split('\n').length - 1;
}

/** Kubernetes tools drop what stands behind `...` in silence; here it is a problem with a name. */
function checkDots(text: string, line: number): DocumentText {
  const dots = /(?:^|\n)\.\.\.[ \t]*(?:#[^\n]*)?(?=\r?\n|$)/.exec(text);
  if (dots === null) return { text, line };
  const at = text.startsWith('\n', dots.index) ? dots.index + 1 : dots.index;
  const before = text.slice(0, at);
  const behind = /\n[ \t]*[^\s#.][^\n]*/.exec(text.slice(at));
  if (behind === null) return { text: before, line };
  const offset = at;
  const behindLine = line + lineBreaks(text.slice(0, at + behind.index + 1));
  return {
    text,
    line,
    problem: {
      offset,
      message: `\`...\` on line ${line + lineBreaks(before)} ends a YAML document; the text behind it (from line ${behindLine}) was not read`,
      hint: 'put the missing lines where the dots stand (dots often mark what an article left out), or use `---` to begin another document',
    },
  };
}

/** Several JSON values one after the other, as `kubectl get -o json` in a loop writes them; undefined where the text is not that. */
function splitJson(text: string): DocumentText[] | undefined {
  if (!/^\s*[{[]/.test(text)) return undefined;
  const documents: DocumentText[] = [];
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const end = endOfJsonValue(text, at);
    if (end === undefined) return documents.length > 0 && text.slice(at).trim() === '' ? documents : undefined;
    const piece = text.slice(at, end);
    documents.push({ text: piece, line });
    line += lineBreaks(piece);
    at = end;
  }
  return documents;
}

/** The offset behind the object or list that begins at or after `from`; undefined where none is whole. */
function endOfJsonValue(text: string, from: number): number | undefined {
  const tokens = /"(?:[^"\\\n]|\\.)*"|[{}[\]]|[^\s"{}[\]]+/g;
  tokens.lastIndex = from;
  let depth = 0;
  for (let token = tokens.exec(text); token !== null; token = tokens.exec(text)) {
    const first = token[0][0];
    if (first === '{' || first === '[') depth += 1;
    else if (first === '}' || first === ']') depth -= 1;
    else if (depth === 0) return undefined;
    if (depth === 0) return tokens.lastIndex;
  }
  return undefined;
}
