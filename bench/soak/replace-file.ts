import { renameSync, writeFileSync } from 'node:fs';

/** Writes beside and renames, as careful programs do. */
export function replaceFile(file: string, text: string): void {
  writeFileSync(`${file}.swp`, text);
  renameSync(`${file}.swp`, file);
}
