/** Colours where a person watches: on a terminal, unless NO_COLOR or TERM=dumb says otherwise (no-color.org). */
export interface Palette {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  yellow(text: string): string;
  green(text: string): string;
  cyan(text: string): string;
}

const plain = (text: string): string => text;

export function paletteFor(stream: { readonly isTTY?: boolean }): Palette {
  const { NO_COLOR: off = '', FORCE_COLOR: forced = '', TERM: term = '' } = process.env;
  const wanted = forced !== '' && forced !== '0' ? true : stream.isTTY === true && off === '' && term !== 'dumb';
  if (!wanted) return { bold: plain, dim: plain, red: plain, yellow: plain, green: plain, cyan: plain };
  const code = (on: number, end: number) => (text: string) => `\u001b[${on}m${text}\u001b[${end}m`;
  return { bold: code(1, 22), dim: code(2, 22), red: code(31, 39), yellow: code(33, 39), green: code(32, 39), cyan: code(36, 39) };
}
