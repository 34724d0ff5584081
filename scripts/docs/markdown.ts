/** A heading, with the anchor that GitHub gives it. */
export interface Heading {
  readonly depth: number;
  /** Without its code marks. */
  readonly text: string;
  readonly anchor: string;
  readonly line: number;
}

/** A fenced block; `info` is what follows the opening fence. */
export interface Fence {
  readonly info: string;
  readonly text: string;
  /** Line of the opening fence, from 1. */
  readonly line: number;
}

/** What the checks read of a Markdown page. */
export interface Page {
  readonly headings: readonly Heading[];
  readonly fences: readonly Fence[];
  /** Targets of inline links outside of code, with their lines. */
  readonly links: readonly { readonly target: string; readonly line: number }[];
  /** The page without fenced blocks, line by line. */
  readonly prose: readonly string[];
}

export function readPage(text: string): Page {
  const headings: Heading[] = [];
  const fences: Fence[] = [];
  const links: { target: string; line: number }[] = [];
  const prose: string[] = [];
  let open: { info: string; lines: string[]; line: number } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^ {0,3}```(.*)$/.exec(line);
    if (fence !== null) {
      if (open === undefined) open = { info: fence[1]!.trim(), lines: [], line: index + 1 };
      else {
        fences.push({ info: open.info, text: open.lines.join('\n'), line: open.line });
        open = undefined;
      }
    } else if (open !== undefined) open.lines.push(line);
    prose.push(open === undefined && fence === null ? line : '');
    if (open !== undefined || fence !== null) continue;
    const heading = /^(#{1,6}) (.+)$/.exec(line);
    if (heading !== null) headings.push({ depth: heading[1]!.length, text: heading[2]!.replaceAll('`', ''), anchor: anchorOf(heading[2]!), line: index + 1 });
    for (const [, target] of line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)) links.push({ target: target!, line: index + 1 });
  }
  return { headings, fences, links, prose };
}

/** GitHub's anchor: lower case, spaces to hyphens, everything but letters, digits, `_` and `-` left out. */
export function anchorOf(heading: string): string {
  return heading.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-');
}
