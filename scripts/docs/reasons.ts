import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Condition types and reasons that the sources of `attach`, `status` and `controller` can set. */
export interface Vocabulary {
  readonly types: ReadonlySet<string>;
  readonly reasons: ReadonlySet<string>;
}

/** Where a type or reason stands as a literal: the calls that make verdicts and conditions, the field, and choices between two. */
const typePlaces = [/\bcondition\(\s*'([A-Z][A-Za-z]+)'/g];
const reasonPlaces = [/\b(?:accept|refuse|none|no)\(\s*'([A-Z][A-Za-z]+)'/g, /\b(?:reason|unknownKind): '([A-Z][A-Za-z]+)'/g];
const choice = /Conflict' : '|reason === .*\? '/;
const chosen = /[?:] '([A-Z][A-Za-z]+)'/g;

export function vocabulary(root: string): Vocabulary {
  const types = new Set<string>();
  const reasons = new Set<string>();
  for (const file of ['attach', 'status', 'controller'].flatMap((room) => sourcesOf(join(root, 'src', room)))) {
    const text = readFileSync(file, 'utf8');
    collect(text, typePlaces, types);
    collect(text, reasonPlaces, reasons);
    for (const line of text.split('\n')) if (choice.test(line)) collect(line, [chosen], reasons);
  }
  return { types, reasons };
}

function collect(text: string, patterns: readonly RegExp[], into: Set<string>): void {
  for (const pattern of patterns) for (const [, word] of text.matchAll(pattern)) into.add(word!);
}

function sourcesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((it) => it.isFile() && it.name.endsWith('.ts') && !it.name.endsWith('.test.ts'))
    .map((it) => join(it.parentPath, it.name));
}
