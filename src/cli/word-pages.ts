import { readFileSync } from 'node:fs';

/** Pages that have a section for each of their words: codes of findings, causes of answers, types and reasons of conditions. */
const pages = ['findings', 'errors', 'conditions'] as const;

/** What a page says of a word. */
export interface WordSection {
  readonly page: (typeof pages)[number];
  readonly word: string;
  /** Markdown, without its heading. */
  readonly text: string;
}

/** Two folders up is the package, in the sources and in the compiled program alike. */
const folder = new URL('../../docs/', import.meta.url);

/** Every section whose heading is the word; several pages may have it. */
export function sectionsFor(word: string): WordSection[] {
  return pages.flatMap((page) => allSections(page).filter((it) => it.word === word));
}

/** All words that have a section. */
export function knownWords(): string[] {
  return [...new Set(pages.flatMap((page) => allSections(page).map(({ word }) => word)))];
}

function allSections(page: WordSection['page']): WordSection[] {
  const sections: { page: WordSection['page']; word: string; lines: string[] }[] = [];
  let isCode = false;
  let isOpen = false;
  for (const line of readFileSync(new URL(`${page}.md`, folder), 'utf8').split('\n')) {
    if (line.startsWith('```')) isCode = !isCode;
    const heading = isCode ? null : /^#+ (\S.*)$/.exec(line);
    // Headings of several words are chapters.
    if (heading !== null) isOpen = !heading[1]!.includes(' ');
    if (heading !== null && isOpen) sections.push({ page, word: heading[1]!, lines: [] });
    else if (isOpen) sections.at(-1)?.lines.push(line);
  }
  return sections.map(({ lines, ...rest }) => ({ ...rest, text: lines.join('\n').trim() }));
}
