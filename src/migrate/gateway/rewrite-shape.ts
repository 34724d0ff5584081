import { type Branch, literalOf, type Node, parsePattern } from '../pattern/parse.ts';

/** A rewrite with captures that comes to the same as another prefix. */
export interface PrefixRewrite {
  /** Without a slash at the end, but for `/`. */
  readonly prefix: string;
  readonly replacement: string;
  /** What exactly `prefix` becomes, where that is not what the replacement makes of it. */
  readonly bare?: string;
  /** Requests that the expression takes otherwise. */
  readonly loses: readonly Loss[];
}

/** `boundary`: `/foobar` for `/foo`; `bare`: the prefix itself is not taken; `slashes`: two slashes become one. */
export type Loss = 'boundary' | 'bare' | 'slashes';

/** How an expression ends, behind its literal part. */
interface Tail {
  readonly capture: number;
  /** The slash between the prefix and the rest: a part of what is captured, or in front of it; else the literal part says. */
  readonly slash: 'inside' | 'before' | 'as-written';
  readonly loses: readonly Loss[];
}

/** The prefixes that a path and a target with captures stand for; undefined where they stand for something else. */
export function prefixRewritesOf(path: string, target: string): readonly PrefixRewrite[] | undefined {
  const parsed = parsePattern(path);
  if (typeof parsed === 'string' || parsed.options.length !== 1) return undefined;
  const nodes = (parsed.options[0] as Branch).filter((it) => it.kind !== 'start');
  const body = nodes.at(-1)?.kind === 'end' ? nodes.slice(0, -1) : nodes;
  for (let cut = body.length - 1; cut >= Math.max(0, body.length - 3); cut--) {
    const tail = tailOf(body.slice(cut));
    const heads = tail === undefined ? undefined : literalsOf(body.slice(0, cut));
    const rewrites = tail === undefined ? undefined : heads?.map((head) => joined(head, tail, target));
    if (rewrites?.every((it) => it !== undefined) === true) return rewrites as PrefixRewrite[];
  }
  return undefined;
}

function tailOf(nodes: readonly Node[]): Tail | undefined {
  const [first, second] = nodes;
  const last = nodes.at(-1);
  if (first === undefined || last === undefined) return undefined;
  if (nodes.length === 1) {
    const optional = optionalPath(first);
    if (optional !== undefined) return { capture: optional, slash: 'inside', loses: ['boundary'] };
  }
  const capture = anythingOf(last);
  if (capture === undefined) return undefined;
  if (nodes.length === 1) return { capture, slash: 'as-written', loses: [] };
  if (nodes.length > 2 || second === undefined) return undefined;
  if (isSlashOrEnd(first)) return { capture, slash: 'before', loses: [] };
  return isOptionalSlash(first) ? { capture, slash: 'before', loses: ['boundary'] } : undefined;
}

/** `(.*)` or `(.+)`. */
function anythingOf(node: Node): number | undefined {
  if (node.kind !== 'group' || node.capture === undefined || node.options.length !== 1 || node.options[0]?.length !== 1) return undefined;
  return isAnything(node.options[0][0]) ? node.capture : undefined;
}

function isAnything(node: Node | undefined): boolean {
  return node?.kind === 'repeat' && node.node.kind === 'any' && node.most === Infinity;
}

/** `(/.*)?`. */
function optionalPath(node: Node): number | undefined {
  const group = node.kind === 'repeat' && node.least === 0 && node.most === 1 ? node.node : undefined;
  if (group?.kind !== 'group' || group.capture === undefined || group.options.length !== 1) return undefined;
  const [slash, rest, ...others] = group.options[0] as Branch;
  return slash?.kind === 'char' && slash.char === '/' && isAnything(rest) && others.length === 0 ? group.capture : undefined;
}

/** `(/|$)`. */
function isSlashOrEnd(node: Node): boolean {
  if (node.kind !== 'group' || node.options.length !== 2) return false;
  const kinds = node.options.map((it) => (it.length === 1 && it[0]?.kind === 'end' ? 'end' : literalOf(it)));
  return kinds.includes('/') && kinds.includes('end');
}

/** `/?` or `(/)?`. */
function isOptionalSlash(node: Node): boolean {
  if (node.kind !== 'repeat' || node.most !== 1) return false;
  return literalOf([node.node]) === '/' || (node.node.kind === 'group' && node.node.options.length === 1 && literalOf(node.node.options[0] as Branch) === '/');
}

/** What the literal part may be, with what its groups captured. */
interface Head {
  readonly text: string;
  readonly captures: ReadonlyMap<number, string>;
}

const mostHeads = 8;

function literalsOf(nodes: readonly Node[]): readonly Head[] | undefined {
  let heads: readonly Head[] = [{ text: '', captures: new Map() }];
  for (const node of nodes) {
    const options = node.kind === 'char' ? [node.char] : node.kind === 'group' ? node.options.map(literalOf) : [undefined];
    if (options.includes(undefined)) return undefined;
    heads = heads.flatMap((head) => options.map((option = ''): Head => ({
      text: head.text + option, captures: node.kind === 'group' && node.capture !== undefined ? new Map([...head.captures, [node.capture, option]]) : head.captures,
    })));
    if (heads.length > mostHeads) return undefined;
  }
  return heads;
}

/** The target must be a text with the rest behind it. */
function joined({ text, captures }: Head, { capture, slash, loses }: Tail, target: string): PrefixRewrite | undefined {
  const parts = /^(.*)\$(\d)$/.exec(target);
  if (parts === null || Number(parts[2]) !== capture) return undefined;
  const filled = (parts[1] ?? '').replace(/\$(\d)/g, (whole, index: string) => captures.get(Number(index)) ?? whole);
  if (filled.includes('$') || !text.startsWith('/')) return undefined;
  if (slash === 'inside' || (slash === 'as-written' && !text.endsWith('/'))) return slashInside(text, filled);
  if (!filled.endsWith('/')) return undefined;
  if (text === '/') return { prefix: '/', replacement: filled, loses };
  const isBareLost = slash === 'as-written';
  return { prefix: text.replace(/\/$/, ''), replacement: filled, loses: isBareLost ? [...loses, 'bare'] : loses, ...(filled === '/' || isBareLost ? {} : { bare: filled }) };
}

/** `/foo(/.*)?` and `/foo(.*)`. */
function slashInside(text: string, filled: string): PrefixRewrite | undefined {
  if (text.endsWith('/')) return undefined;
  const replacement = filled.replace(/\/$/, '');
  return { prefix: text, replacement: replacement === '' ? '/' : replacement, loses: ['boundary', ...(filled.endsWith('/') ? ['slashes' as const] : [])] };
}
