import type { HeaderEdit } from '../headers/compile.ts';

/**
 * A head with other fields, `text` and answer without the empty line. The framing stays, since no edit has names of it; whoever reads
 * the result reads it as strictly as a client's own.
 */
export function editedHead(text: string, edit: HeaderEdit | undefined): string {
  if (edit === undefined) return text;
  const fieldsStart = text.indexOf('\r\n') + 2;
  let kept = text.slice(0, fieldsStart);
  for (let at = fieldsStart; at < text.length;) {
    const end = text.indexOf('\r\n', at) + 2;
    if (!edit.names.includes(text.slice(at, text.indexOf(':', at)).toLowerCase())) kept += text.slice(at, end);
    at = end;
  }
  return kept + edit.lines;
}
