import type { SyntaxProblem } from './yaml-node.ts';

/** A line with content: where it stands, and the columns at which something begins on it. */
interface ContentLine {
  /** Index of the line in the document, from 0. */
  readonly index: number;
  readonly offset: number;
  /** Spaces before the first character. */
  readonly indent: number;
  /** Spaces before the content behind dashes; the same as `indent` where the line begins with no dash. */
  readonly contentIndent: number;
  /** The name before the colon, where the line has one. */
  readonly key: string | undefined;
  /** What stands behind the colon, or the whole content. */
  readonly value: string;
}

/** The lines of a document that are neither blank nor comments, nor the text of a block scalar. */
function contentLines(text: string): ContentLine[] {
  const lines: ContentLine[] = [];
  let offset = 0;
  let blockIndent = Infinity;
  text.split('\n').forEach((line, index) => {
    const read = readLine(line, { index, offset });
    offset += line.length + 1;
    if (read === undefined || read.indent > blockIndent) return;
    lines.push(read);
    blockIndent = /^[|>][-+0-9]*$/.test(read.value) ? read.key === undefined ? read.indent : read.contentIndent : Infinity;
  });
  return lines;
}

function readLine(line: string, place: { readonly index: number; readonly offset: number }): ContentLine | undefined {
  const [, blank = '', dashes = '', content = ''] = /^( *)((?:- +)*)(.*?)\r?$/.exec(line) ?? [];
  if (/^(?:#.*)?$/.test(dashes + content) || /^(?:---|\.\.\.)(?:\s|$)/.test(line)) return undefined;
  const named = /^("[^"]*"|'[^']*'|[^\s#"'{[][^#]*?)\s*:(?:\s+(.*))?$/.exec(content);
  const value = named === null ? content : named[2] ?? '';
  return {
    index: place.index,
    offset: place.offset + blank.length,
    indent: blank.length,
    contentIndent: blank.length + dashes.length,
    key: named?.[1],
    value: value.replace(/(?:^|\s+)#.*$/, '').trim(),
  };
}

function spaces(count: number): string {
  return count === 1 ? 'by 1 space' : `by ${count} spaces`;
}

/**
 * Looks for the line whose indentation fits nothing above it, up to the line that a parser stumbled over;
 * `firstLine` is the file's line of the document's first one.
 */
export function explainIndentation(text: string, place: { readonly failedAt: number; readonly firstLine: number }): SyntaxProblem | undefined {
  const lines = contentLines(text);
  const failedLine = text.slice(0, place.failedAt).split('\n').length - 1;
  const found = lines.findIndex((line) => line.index >= failedLine);
  if (found === -1) return undefined;
  const next = lines[found + 1];
  const line = lines[found]!;
  if (next !== undefined && line.key !== undefined && isPlainValue(line.value) && next.indent > line.contentIndent && next.key !== undefined) return tooDeep(line, next, place.firstLine);
  return fitsNothing(lines, found, place.firstLine);
}

function isPlainValue(value: string): boolean {
  return value !== '' && !/^[|>&[{!]/.test(value);
}

function tooDeep(above: ContentLine, line: ContentLine, firstLine: number): SyntaxProblem {
  return {
    offset: line.offset,
    message: `\`${line.key}:\` is indented deeper than \`${above.key}:\` on line ${firstLine + above.index}, which already has a value (\`${above.value}\`)`,
    hint: `indent \`${line.key}:\` ${spaces(above.contentIndent)} to make it a neighbour of \`${above.key}:\``,
  };
}

function fitsNothing(lines: readonly ContentLine[], at: number, firstLine: number): SyntaxProblem | undefined {
  const line = lines[at]!;
  const isLoneWord = line.key === undefined && !/\s/.test(line.value) && line.indent === line.contentIndent;
  if (isLoneWord) return undefined;
  const above = openLines(lines.slice(0, at));
  if (above.some((other) => other.contentIndent === line.indent)) return undefined;
  const parent = above.findLast((other) => other.contentIndent < line.indent);
  const deeper = above.find((other) => other.contentIndent > line.indent && (parent === undefined || other.index > parent.index));
  if (deeper === undefined) return undefined;
  const name = line.key === undefined ? `\`${line.value}\`` : `\`${line.key}:\``;
  const where = `\`${deeper.key === undefined ? deeper.value : `${deeper.key}:`}\` on line ${firstLine + deeper.index}`;
  if (deeper.indent === line.indent && deeper.contentIndent > deeper.indent) {
    return {
      offset: line.offset,
      message: `${name} stands below the dash of a list item, so it belongs neither to the item nor beside the list`,
      hint: `indent it ${spaces(deeper.contentIndent)}, like ${where}, if it belongs to that item; begin it with \`- \` if it is an item of its own`,
    };
  }
  const under = parent?.key === undefined ? 'the lines of the document' : `the lines under \`${parent.key}:\` (line ${firstLine + parent.index})`;
  return {
    offset: line.offset,
    message: `${name} is indented ${spaces(line.indent)}, which fits no line above it: ${under} are indented ${spaces(deeper.indent)}, like ${where}`,
    hint: `indent it like its neighbours; where a paste lost indentation or lines, compare what follows line ${firstLine + (parent ?? deeper).index} with the original`,
  };
}

/** The lines that are still open behind the last one: each deeper than the one before. */
function openLines(lines: readonly ContentLine[]): ContentLine[] {
  const open: ContentLine[] = [];
  for (const line of lines) {
    while (open.length > 0 && open.at(-1)!.indent >= line.indent) open.pop();
    open.push(line);
  }
  return open;
}
