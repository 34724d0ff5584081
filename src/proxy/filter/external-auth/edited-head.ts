import type { HeaderEdit } from '../headers/compile.ts';

/**
 * A head with other fields, `text` and answer without the empty line. The framing stays, since no edit has names of it; whoever reads
 * the result reads it as strictly as a client's own.
 */
export function editedHead(text: string, edit: HeaderEdit | undefined): string {
  if (edit === undefined) return text;
  const putIn = new Set(edit.lines.split('\r\n').map((line) => line.slice(0, line.indexOf(':')).toLowerCase()));
  const fieldsStart = text.indexOf('\r\n') + 2;
  let kept = text.slice(0, fieldsStart);
  for (let at = fieldsStart; at < text.length;) {
    const end = text.indexOf('\r\n', at) + 2;
    const name = text.slice(at, text.indexOf(':', at)).toLowerCase();
    if (name === 'connection') kept += withoutOptions(text.slice(at, end), putIn);
    else if (!edit.names.includes(name)) kept += text.slice(at, end);
    at = end;
  }
  return kept + edit.lines;
}

/** A Connection line that names none of these fields: what was put in is not the client's to take out. */
function withoutOptions(line: string, names: ReadonlySet<string>): string {
  const options = line.slice(line.indexOf(':') + 1).split(',').map((it) => it.trim());
  const kept = options.filter((it) => !names.has(it.toLowerCase()));
  if (kept.length === options.length) return line;
  return kept.length === 0 ? '' : `connection: ${kept.join(', ')}\r\n`;
}
