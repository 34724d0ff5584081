import type { SyntaxProblem } from './yaml-node.ts';

interface Trace {
  readonly pattern: RegExp;
  readonly message: string;
  readonly hint: string;
}

const traces: readonly Trace[] = [
  { pattern: /^(?:<{7}|={7}|>{7})(?= |\r?$)/m, message: 'the file holds the marks of a merge conflict that is not resolved', hint: 'choose one side and remove the lines that begin with `<<<<<<<`, `=======` and `>>>>>>>`' },
  { pattern: /\{\{.*\}\}/, message: '`{{ … }}` is a template (Helm, Jinja, Go), not YAML', hint: 'render it first: `helm template . | postern lint -`; or put quotes around it if it is meant as text' },
  { pattern: /\{%.*%\}/, message: '`{% … %}` is a template, not YAML', hint: 'render it first, and hand the result to this command' },
  { pattern: /^[ \t]*```.*$/m, message: 'a Markdown fence (three backticks) stands in the file', hint: 'remove it: only the lines between the fences are YAML' },
  { pattern: /^.*<<-?\s*['"]?[A-Z]+['"]?.*$/m, message: 'a shell command stands in the file', hint: 'keep only the lines between the command and its end mark (`EOF`)' },
  { pattern: /^[$#%>] ?(?:kubectl|cat|helm|curl|export)\b.*$/m, message: 'a shell command stands in the file', hint: 'remove it: a manifest holds YAML only' },
  { pattern: /^\s*<(?:!doctype|html|head|body)\b.*$/im, message: 'this is a web page, not a manifest', hint: 'download the file itself (on code hosts: the raw view)' },
  { pattern: /^(?:@@ .* @@|(?:---|\+\+\+) [ab]\/).*$/m, message: 'this is a patch, not a manifest', hint: 'apply it, and hand the result to this command' },
];

/** What broken YAML is when it is not YAML at all: leftovers of the tools and pages that manifests come from. */
export function recogniseForeignText(text: string): SyntaxProblem | undefined {
  for (const { pattern, message, hint } of traces) {
    const found = pattern.exec(text);
    if (found !== null) return { offset: found.index + found[0].search(/\S/), message, hint };
  }
  return undefined;
}
