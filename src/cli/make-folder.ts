import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes a folder and those above it, one by one: node's `recursive` never ends below a file system that takes no folders, such as /proc. Throws what the last of them throws. */
export function makeFolder(folder: string): void {
  // A file of that name is for mkdir to refuse.
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
  const above = dirname(folder);
  if (above !== folder) makeFolder(above);
  mkdirSync(folder);
}
