import { createRequire } from 'node:module';
import type * as Yaml from 'yaml';
import { explainSyntaxError } from './explain-syntax-error.ts';
import { recogniseForeignText } from './foreign-text.ts';
import { resolvePlainScalar } from './plain-scalar.ts';
import { YamlProblem, type ParsedDocument, type SyntaxProblem, type YamlEntry, type YamlNode } from './yaml-node.ts';

/** Nodes that a document may hold once its aliases are copied out; a bomb of nested aliases passes it at once. */
const nodeLimit = 1_000_000;
const depthLimit = 512;

let loaded: typeof Yaml | undefined;

/** The library costs tens of milliseconds to load, so it is loaded when the first document needs it. */
function library(): typeof Yaml {
  loaded ??= createRequire(import.meta.url)('yaml') as typeof Yaml;
  return loaded;
}

/** Reads one document with every feature of YAML: anchors, aliases, merge keys, tags, all scalar styles. */
export function readWithLibrary(text: string, firstLine = 1): ParsedDocument {
  const { Composer, Parser } = library();
  const composer = new Composer({ schema: 'failsafe', merge: false, uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  try {
    const [document] = composer.compose(new Parser().parse(text), true, text.length);
    const error = document?.errors[0];
    if (error?.message.includes('call stack') === true) return { problem: tooDeep(error.pos[0]) };
    if (error !== undefined) return { problem: explainSyntaxError(text, { code: error.code, message: error.message, offset: error.pos[0] }, firstLine) };
    if (document === undefined || document.contents === null || isEmpty(document.contents)) return { node: undefined };
    return { node: new TreeBuilder(text, firstLine).build(document.contents) };
  } catch (error) {
    if (error instanceof YamlProblem) return { problem: (error.problem.limit === true ? undefined : recogniseForeignText(text)) ?? error.problem };
    if (error instanceof RangeError) return { problem: tooDeep(0) };
    throw error;
  }
}

function isEmpty(node: Yaml.Node): boolean {
  return library().isScalar(node) && node.type === 'PLAIN' && node.source === '' && node.tag === undefined && node.anchor === undefined;
}

function fail(offset: number, message: string, hint?: string): never {
  throw new YamlProblem({ offset, message, ...(hint === undefined ? {} : { hint }) });
}

function tooDeep(offset: number): SyntaxProblem {
  return { offset, message: `the document is nested more than ${depthLimit} levels deep`, limit: true };
}

/** Turns the library's nodes into a tree of our own; aliases become copies. */
class TreeBuilder {
  readonly #text: string;
  readonly #firstLine: number;
  readonly #anchors = new Map<string, Yaml.Node>();
  readonly #open = new Set<Yaml.Node>();
  #count = 0;

  constructor(text: string, firstLine: number) {
    this.#text = text;
    this.#firstLine = firstLine;
  }

  build(node: Yaml.Node): YamlNode {
    this.#count += 1;
    if (this.#count > nodeLimit) throw new YamlProblem({ offset: 0, message: `the document's aliases expand to more than ${nodeLimit} values`, hint: 'write the repeated parts out, or cut the anchors that refer to each other', limit: true });
    const { isAlias, isScalar, isMap, isSeq } = library();
    if (isAlias(node)) return this.#buildAlias(node);
    if (this.#open.size >= depthLimit) throw new YamlProblem(tooDeep(startOf(node)));
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    this.#open.add(node);
    const built = isScalar(node) ? scalarOf(node) : isMap(node) ? this.#buildMap(node) : isSeq(node) ? this.#buildList(node) : fail(startOf(node), 'a value of an unknown kind');
    this.#open.delete(node);
    return built;
  }

  #buildAlias(alias: Yaml.Alias): YamlNode {
    const target = this.#anchors.get(alias.source);
    if (target === undefined && /^[./]/.test(alias.source)) fail(startOf(alias), `\`*${alias.source}\` without quotes is a YAML alias`, `write "*${alias.source}"`);
    if (target === undefined) fail(startOf(alias), `\`*${alias.source}\` refers to an anchor \`&${alias.source}\` that is not above it in this document`, 'quote the value if it is a text that begins with `*`');
    if (this.#open.has(target)) fail(startOf(alias), `\`*${alias.source}\` stands inside its own anchor`);
    return { ...this.build(target), start: startOf(alias) };
  }

  #buildList(node: Yaml.YAMLSeq): YamlNode {
    return { kind: 'list', start: startOf(node), items: node.items.map((item) => this.#buildPart(item, startOf(node))) };
  }

  #buildMap(node: Yaml.YAMLMap): YamlNode {
    const entries = new Map<string, YamlEntry>();
    const merged: YamlNode[] = [];
    for (const pair of node.items) {
      const keyNode = this.#buildPart(pair.key, startOf(node));
      const value = this.#buildPart(pair.value, keyNode.start);
      if (isMergeKey(pair.key)) {
        merged.push(value);
        continue;
      }
      const key = keyOf(keyNode);
      const earlier = entries.get(key);
      if (earlier !== undefined) fail(keyNode.start, `the key \`${key}\` stands twice in the same map; the first is on line ${this.#firstLine - 1 + lineOf(this.#text, earlier.keyStart)}`, key === 'apiVersion' || key === 'kind' ? 'put a line --- before it if another object begins here; else keep one of them' : 'keep one of them; if both were meant, they belong under different parents (check the indentation)');
      entries.set(key, { key, keyStart: keyNode.start, value });
    }
    for (const value of merged) mergeInto(entries, value);
    return { kind: 'map', start: startOf(node), entries: [...entries.values()] };
  }

  #buildPart(part: unknown, fallback: number): YamlNode {
    return part === null || part === undefined || isEmpty(part as Yaml.Node) ? { kind: 'scalar', start: fallback, value: null } : this.build(part as Yaml.Node);
  }
}

function startOf(node: Yaml.Node): number {
  return node.range?.[0] ?? 0;
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}

function isMergeKey(key: unknown): boolean {
  return library().isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

/** `<<: *map` and `<<: [*first, *second]`: keys of the map itself win, then the earlier map. */
function mergeInto(entries: Map<string, YamlEntry>, value: YamlNode): void {
  const maps = value.kind === 'list' ? value.items : [value];
  for (const map of maps) {
    if (map.kind !== 'map') fail(map.start, 'a merge key `<<` takes a map or a list of maps');
    for (const entry of map.entries) if (!entries.has(entry.key)) entries.set(entry.key, entry);
  }
}

/** Numbers and booleans become the texts that JSON keys are, as kubectl does. */
function keyOf(node: YamlNode): string {
  if (node.kind !== 'scalar') return fail(node.start, `a ${node.kind} cannot be the key of a map`, 'write the name of the field before the colon');
  if (node.value === null) return fail(node.start, 'a map has an entry without a key', 'write the name of the field before the colon');
  return String(node.value);
}

function scalarOf(node: Yaml.Scalar): YamlNode {
  const start = startOf(node);
  const text = String((node.type === 'PLAIN' ? node.source : undefined) ?? node.value ?? '');
  const tag = node.tag ?? (node.type === 'PLAIN' ? undefined : '!');
  switch (tag) {
    case undefined:
    case 'tag:yaml.org,2002:int':
    case 'tag:yaml.org,2002:float':
    case 'tag:yaml.org,2002:bool':
    case 'tag:yaml.org,2002:null':
      return { kind: 'scalar', start, value: resolvePlainScalar(text) };
    case 'tag:yaml.org,2002:binary':
      return { kind: 'scalar', start, value: Buffer.from(text, 'base64').toString('utf8') };
    default:
      return { kind: 'scalar', start, value: text };
  }
}
