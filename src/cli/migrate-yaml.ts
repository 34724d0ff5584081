import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Document, isNode } from 'yaml';
import type { MadeObject } from '../migrate/index.ts';
import { makeFolder } from './make-folder.ts';

/** Objects as one stream of documents, with what each part comes from as comments. */
export function manifestsText(objects: readonly MadeObject[]): string {
  return objects.map(documentText).join('---\n');
}

/** A file for each object: `KIND-NAMESPACE-NAME.yaml`. */
export async function writeFolder(folder: string, objects: readonly MadeObject[]): Promise<void> {
  makeFolder(folder);
  for (const made of objects) await writeFile(join(folder, fileName(made)), documentText(made));
}

function fileName({ object: { kind, metadata } }: MadeObject): string {
  return `${[kind.toLowerCase(), metadata.namespace, metadata.name].filter((it) => it !== undefined).join('-')}.yaml`;
}

function documentText({ object, about, rules = [], listeners = [] }: MadeObject): string {
  const document = new Document(object, { aliasDuplicateObjects: false });
  for (const [index, lines] of rules.entries()) comment(document, ['spec', 'rules', index], lines);
  for (const [index, lines] of listeners.entries()) comment(document, ['spec', 'listeners', index], lines);
  return `${about.map((line) => `# ${line}\n`).join('')}${document.toString({ lineWidth: 0 })}`;
}

function comment(document: Document, path: readonly (string | number)[], lines: readonly string[]): void {
  const node = document.getIn(path, true);
  if (lines.length > 0 && isNode(node)) node.commentBefore = lines.map((line) => ` ${line.replaceAll('\n', ' ')}`).join('\n');
}
