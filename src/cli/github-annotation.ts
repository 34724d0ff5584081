import type { Position } from '../contract/index.ts';

/** What a workflow command of GitHub Actions shows in a pull request. */
export interface Annotation {
  readonly kind: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  readonly position?: Position;
}

/** The command, with its line feed. */
export function annotation({ kind, title, message, position }: Annotation): string {
  const place = position === undefined ? '' : `file=${property(position.file)},line=${position.line},col=${position.column},`;
  return `::${kind} ${place}title=${property(title)}::${escaped(message)}\n`;
}

function escaped(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return escaped(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
