const ofSecrets = /\bstringData\b|\btls\.key\b|PRIVATE KEY-/;
const kindSecret = /\bkind\W{1,4}secret\b/i;
const data = /\bdata\b/;

/** Whether a text is a Secret, also one too broken to be read: rather a line too many is hidden than a key shown in a log. */
export function holdsSecret(text: string): boolean {
  return ofSecrets.test(text) || kindSecret.test(text) && data.test(text);
}

/** A line of a Secret without its value: what stands before and in the name of the field stays. */
export function concealedLine(line: string): string {
  const [before = ''] = /^\s*(?:- +)*(?:[A-Za-z_][\w./-]{0,62}:(?=\s|$)\s*)?/.exec(line) ?? [];
  return before.length === line.length ? line : `${before}…`;
}

/** A message without what it quotes of the text. */
export function concealedQuotes(message: string): string {
  return message.replace(/`[^`]{3,}`/g, '`…`').replace(/"(?:[^"\\]|\\.){3,}"/g, '"…"');
}
