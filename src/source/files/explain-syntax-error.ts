import { explainIndentation } from './explain-indentation.ts';
import { recogniseForeignText } from './foreign-text.ts';
import type { SyntaxProblem } from './yaml-node.ts';

/** An error as the YAML library reports it. */
export interface LibraryError {
  readonly code: string;
  readonly message: string;
  readonly offset: number;
}

/** Where the error is, and what it stumbled over. */
interface Scene {
  readonly text: string;
  readonly error: LibraryError;
  readonly line: string;
  readonly lineStart: number;
  readonly firstLine: number;
}

type Explain = (scene: Scene) => SyntaxProblem | undefined;

/** From the surest cause to the vaguest; the first that knows the scene speaks. */
const explanations: readonly Explain[] = [tab, openQuote, openBracket, secondColon, missingSpace, indentation, dashInMap, missingColon, reservedStart, escape, textBehindValue, missingComma];

/**
 * Says in plain words what a YAML reader's error means for the person who wrote the file, at the place that has to change,
 * which is often not the place where the reader stumbled. `firstLine` is the file's line of the document's first one.
 */
export function explainSyntaxError(text: string, error: LibraryError, firstLine: number): SyntaxProblem {
  const foreign = recogniseForeignText(text);
  if (foreign !== undefined) return foreign;
  const offset = Math.min(error.offset, text.trimEnd().length);
  const lineStart = text.lastIndexOf('\n', Math.max(0, offset - (text[offset] === '\n' ? 1 : 0))) + 1;
  const lineEnd = text.indexOf('\n', lineStart);
  const scene = { text, error: { ...error, offset }, line: text.slice(lineStart, lineEnd === -1 ? undefined : lineEnd).replace(/\r$/, ''), lineStart, firstLine };
  for (const explain of explanations) {
    const problem = explain(scene);
    if (problem !== undefined) return problem;
  }
  if (error.code === 'BAD_INDENT') return { offset, message: 'the indentation of this line fits no line above it', hint: 'indent it like its neighbours, with spaces' };
  return { offset, message: `this is not YAML: ${error.message.replace(/\s+/g, ' ').replace(/^./, (first) => first.toLowerCase())}` };
}

function tab({ text, error, line, lineStart }: Scene): SyntaxProblem | undefined {
  const leading = /^ *\t/.exec(line);
  if (error.code !== 'TAB_AS_INDENT' && leading === null) return undefined;
  const offset = leading === null ? text.indexOf('\t', lineStart) : lineStart + leading[0].length - 1;
  return { offset: offset === -1 ? error.offset : offset, message: 'a tab where spaces are due: YAML indents with spaces only', hint: 'replace the tabs at the beginning of lines by spaces; set the editor to insert spaces in YAML files' };
}

/** A value that begins with a quote and has no second one swallows the lines below it until some other quote. */
function openQuote({ text, error, line, lineStart }: Scene): SyntaxProblem | undefined {
  const missing = /Missing closing (["'])/.exec(error.message)?.[1];
  const opened = [...text.slice(0, lineStart + line.length).matchAll(/(?:[:\-[{,][ ]+|^[ ]*)(?:"(?:[^"\\\n]|\\.)*|'(?:[^'\n]|'')*)(?=\r?\n|$)/gm)]
    .map((found) => found.index + found[0].search(/["']/))
    .filter((at) => missing === undefined || text[at] === missing);
  const offset = opened.at(missing === undefined ? 0 : -1);
  if (offset === undefined) return undefined;
  return { offset, message: `the quote ${text[offset]} that begins here is not closed on its line`, hint: `put ${text[offset]} at the end of the value` };
}

function openBracket({ text, error }: Scene): SyntaxProblem | undefined {
  if (!/must (?:be sufficiently indented and )?end with a [\]}]/.test(error.message)) return undefined;
  const open: number[] = [];
  for (const found of text.slice(0, error.offset).matchAll(/"(?:[^"\\]|\\.)*"|'[^']*'|#.*|[[\]{}]/g)) {
    if (found[0] === '[' || found[0] === '{') open.push(found.index);
    else if (found[0] === ']' || found[0] === '}') open.pop();
  }
  const offset = open.at(-1);
  if (offset === undefined) return undefined;
  const [bracket, closing] = text[offset] === '[' ? ['[', ']'] : ['{', '}'];
  return { offset, message: `the ${bracket} that opens here is not closed`, hint: `add the missing ${closing}` };
}

function secondColon({ error, line, lineStart }: Scene): SyntaxProblem | undefined {
  if (error.code !== 'BLOCK_AS_IMPLICIT_KEY') return undefined;
  const found = /^(\s*(?:- +)*[^\s:"'#][^:]*:\s+)([^"'\s#|>&[{][^#]*?:)(?:\s|$)/.exec(line);
  if (found === null) return undefined;
  const [, before = '', value = ''] = found;
  return { offset: lineStart + before.length, message: `the value \`${value}\` holds a colon, which makes it a second field on the same line`, hint: 'put quotes around the value if it is text; begin a new line if it is a field' };
}

function missingSpace({ error, line, lineStart }: Scene): SyntaxProblem | undefined {
  if (error.code !== 'MULTILINE_IMPLICIT_KEY' && error.code !== 'MISSING_CHAR') return undefined;
  const found = /^(\s*(?:- +)*)([A-Za-z][\w./-]*):([^\s/].*)$/.exec(line);
  if (found === null) return undefined;
  const [, before = '', key = '', value = ''] = found;
  return { offset: lineStart + before.length, message: `a space is missing behind the colon of \`${key}:${value}\``, hint: `write \`${key}: ${value}\`` };
}

function indentation({ text, error, firstLine }: Scene): SyntaxProblem | undefined {
  if (!['BAD_INDENT', 'BLOCK_AS_IMPLICIT_KEY', 'MISSING_CHAR', 'MULTILINE_IMPLICIT_KEY', 'UNEXPECTED_TOKEN'].includes(error.code)) return undefined;
  return explainIndentation(text, { failedAt: error.offset, firstLine });
}

function dashInMap({ error, line, lineStart }: Scene): SyntaxProblem | undefined {
  const dash = /^(\s*)-\s/.exec(line);
  const sameLine = /^\s*[^\s#:]+:\s+(-)\s/.exec(line);
  if (/block-seq-ind on same line/.test(error.message) && dash === null && sameLine !== null) return { offset: lineStart + line.indexOf('- '), message: 'a list item begins on the line of its field', hint: 'begin the list on the next line, indented like the field or deeper' };
  if (dash === null || !['MULTILINE_IMPLICIT_KEY', 'BLOCK_AS_IMPLICIT_KEY'].includes(error.code)) return undefined;
  return { offset: lineStart + dash[1]!.length, message: 'a list item stands where a field of the map above is due', hint: 'give the list a field of its own (`name:` on the line before), or indent it below the field that it belongs to' };
}

function missingColon({ error, line, lineStart }: Scene): SyntaxProblem | undefined {
  if (error.code !== 'MULTILINE_IMPLICIT_KEY' && !error.message.includes('Implicit map keys need')) return undefined;
  const word = /^(\s*(?:- +)*)([^\s#][^#]*?)\s*$/.exec(line);
  if (word === null) return undefined;
  const name = word[2]!;
  return { offset: lineStart + word[1]!.length, message: `\`${name.length > 60 ? `${name.slice(0, 60)}…` : name}\` has no colon, where a field (\`name: value\`) is due`, hint: 'add the colon; if the text continues the line above, indent it deeper than that line' };
}

function reservedStart({ text, error }: Scene): SyntaxProblem | undefined {
  if (error.code !== 'BAD_SCALAR_START') return undefined;
  return { offset: error.offset, message: `a value cannot begin with \`${text[error.offset]}\` unless it stands in quotes`, hint: 'put quotes around the value' };
}

function escape({ text, error }: Scene): SyntaxProblem | undefined {
  if (error.code !== 'BAD_DQ_ESCAPE') return undefined;
  return { offset: error.offset, message: `\`${text.slice(error.offset, error.offset + 2)}\` means nothing between double quotes`, hint: 'write `\\\\` for a backslash, or use single quotes, where a backslash is a backslash (useful for regular expressions)' };
}

function textBehindValue({ error, text }: Scene): SyntaxProblem | undefined {
  if (error.code !== 'UNEXPECTED_TOKEN') return undefined;
  const token = /^[^\s,\]}]+|^./.exec(text.slice(error.offset))?.[0] ?? '';
  return { offset: error.offset, message: /^[,\]}]/.test(token) ? `\`${token[0]}\` has no place here` : `\`${token}\` is not expected here: the value before it is complete`, hint: 'put quotes around the whole value, or remove what is too much' };
}

function missingComma({ error }: Scene): SyntaxProblem | undefined {
  if (error.code !== 'BLOCK_IN_FLOW' && !error.message.includes('Missing , ')) return undefined;
  return { offset: error.offset, message: 'a comma is missing between two entries of a list or map in brackets', hint: 'add the comma before this entry or behind it' };
}
