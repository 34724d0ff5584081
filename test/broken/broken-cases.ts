import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generatedCases } from './generated-cases.ts';

export const brokenRoot = import.meta.dirname;

/** One broken manifest: the folder's `in.yaml` or `in.json`, or a generated text, and what `postern lint` has to say in `expected.txt`. */
export interface BrokenCase {
  readonly name: string;
  readonly fileName: string;
  content(): Buffer;
}

export function brokenCases(): BrokenCase[] {
  const folders = readdirSync(brokenRoot, { withFileTypes: true }).filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return [...new Set([...folders, ...Object.keys(generatedCases)])].sort().map(brokenCase);
}

function brokenCase(name: string): BrokenCase {
  const generate = generatedCases[name];
  if (generate !== undefined) return { name, fileName: 'in.yaml', content: generate };
  const fileName = existsSync(join(brokenRoot, name, 'in.json')) ? 'in.json' : 'in.yaml';
  return { name, fileName, content: () => readFileSync(join(brokenRoot, name, fileName)) };
}

/** Puts the case's file under `root` and returns its path. */
export function placeCase(broken: BrokenCase, root: string): string {
  mkdirSync(join(root, broken.name), { recursive: true });
  const path = join(root, broken.name, broken.fileName);
  writeFileSync(path, broken.content());
  return path;
}
