import type { Origin } from '../contract/index.ts';
import { listenerName, ruleName } from '../explain/index.ts';
import type { Ir } from '../ir/index.ts';
import { envoyTranslation, type EnvoyTerms } from '../xds/index.ts';

/**
 * What Envoy would be told, as YAML in the words of its documentation: resources by kind and name, each behind a comment that says which objects
 * it is made of, and so each route. Secrets are not told.
 */
export async function xdsYaml(ir: Ir, terms: EnvoyTerms = {}): Promise<string> {
  const { describe, wholeTable } = await envoyTranslation();
  const { stringify } = await import('yaml');
  const { listeners, tables, clusters, endpoints, secrets } = describe(ir, terms);
  const kinds: readonly (readonly [kind: string, entries: readonly Entry[]])[] = [
    ['listeners', listeners.map(toEntry)],
    ['routes', tables.map((table) => ({ name: table.name, value: wholeTable(table, { ir, terms }), origins: table.listeners.map((it) => it.origin) }))],
    ['clusters', clusters.map(toEntry)], ['endpoints', endpoints.map(toEntry)], ['secrets', secrets.map(toEntry)],
  ];
  const print = (value: object): string => stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 0, aliasDuplicateObjects: false });
  return kinds.filter(([, entries]) => entries.length > 0).map(([kind, entries]) => `${kind}:\n${entries.map((it) => entryText(it, ir, print)).join('')}`).join('');
}

interface Entry {
  readonly name: string;
  readonly value: object;
  readonly origins: readonly Origin[];
}

function toEntry({ name, value, origins }: { readonly name: string; value(): object; readonly origins: readonly Origin[] }): Entry {
  return { name, value: value(), origins };
}

function entryText({ value, origins }: Entry, ir: Ir, print: (value: object) => string): string {
  const [first = '', ...rest] = print(value).trimEnd().split('\n');
  const lines = [`- ${first}`, ...rest.map((line) => `  ${line}`)];
  return `${origins.map((it) => `# ${originName(it)}\n`).join('')}${lines.flatMap((line) => withRouteOrigin(line, ir)).join('\n')}\n`;
}

/** Routes have the keys of the IR for names, which leads back to where they were written. */
function withRouteOrigin(line: string, ir: Ir): string[] {
  const [, indent = '', name = ''] = /^( +)- name: "?([^"]+?)(?:\/target\/\d+)?"?$/.exec(line) ?? [];
  const origin = name === '' || !Object.hasOwn(ir.routes, name) ? undefined : ir.routes[name]?.origin;
  return origin === undefined ? [line] : [`${indent}# ${originName(origin)}`, line];
}

function originName(origin: Origin): string {
  return origin.section === undefined ? ruleName(origin) : listenerName(origin);
}
