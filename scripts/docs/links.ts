import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { readPage } from './markdown.ts';

/** Relative links of `files` that lead nowhere, anchors included. */
export function deadLinks(root: string, files: readonly string[]): string[] {
  return files.flatMap((file) => readPage(readFileSync(join(root, file), 'utf8')).links.flatMap(({ target, line }) => {
    if (/^[a-z][a-z+.-]*:/i.test(target)) return [];
    const [path = '', anchor] = target.split('#', 2);
    const goal = path === '' ? join(root, file) : resolve(root, dirname(file), path);
    const where = `${file}:${line}`;
    if (relative(root, goal).startsWith('..')) return [`${where}: ${target} leads out of the repository`];
    if (!existsSync(goal)) return [`${where}: ${target} does not exist`];
    if (anchor === undefined || !goal.endsWith('.md')) return [];
    const known = readPage(readFileSync(goal, 'utf8')).headings.some((it) => it.anchor === anchor);
    return known ? [] : [`${where}: ${target}: there is no such heading`];
  }));
}
