import { nearName } from '../base/index.ts';
import type { FieldPath } from '../contract/index.ts';
import { cipherSuites } from './cipher-suites.ts';
import type { TlsTermsNode } from './graph.ts';

/** Our keys among the TLS options of a listener or BackendTLSPolicy; those of other domains are words of others. */
const domain = 'postern.dev/';

export function isOurOption(key: string): boolean {
  return key.startsWith(domain);
}

export type Options = Readonly<Record<string, string>>;

export interface ReadOptions {
  /** Absent where nothing is asked for. */
  readonly terms?: TlsTermsNode;
  /** What of ours can't be used; its message names the option. The options as a whole are in force no more. */
  readonly problem?: { readonly message: string; readonly path: FieldPath };
}

/** What is read of a value: a part of the terms, or why it is none. */
type Read = (value: string) => Partial<TlsTermsNode> | string;

const versions = ['1.2', '1.3'] as const;
const protocols = ['h2', 'http/1.1'] as const;

const readers: Readonly<Record<string, Read>> = {
  'tls-min-version': (value) => oneOf(versions, value, (minVersion) => ({ minVersion })),
  'tls-max-version': (value) => oneOf(versions, value, (maxVersion) => ({ maxVersion })),
  'tls-cipher-suites': (value) => {
    const read = cipherSuites(entriesOf(value));
    return typeof read === 'string' ? read : { cipherSuites: read };
  },
  alpn: (value) => {
    const entries = entriesOf(value);
    const odd = entries.find((it) => !protocols.some((known) => known === it));
    if (odd !== undefined) return `${quoted(odd)} is not a protocol that Postern speaks; use h2, http/1.1 or both.`;
    return { alpn: [...new Set(entries as (typeof protocols)[number][])] };
  },
};

/**
 * Reads our options. `unfit`: names of options without meaning where they are written, each with the reason. A value that can't be used is a
 * problem and never left out: whoever wrote it wanted TLS to be stricter than it is without.
 */
export function readTlsOptions(options: Options | undefined, unfit: Readonly<Record<string, string>> = {}): ReadOptions {
  let terms: TlsTermsNode = {};
  for (const [key, value] of Object.entries(options ?? {})) {
    if (!isOurOption(key)) continue;
    const name = key.slice(domain.length);
    const read = unfit[name] ?? (Object.hasOwn(readers, name) ? readers[name]!(value) : unknownOption(name));
    if (typeof read === 'string') return problemOf(key, read);
    terms = { ...terms, ...read };
  }
  if (terms.minVersion === '1.3' && terms.maxVersion === '1.2') return problemOf(`${domain}tls-max-version`, 'The newest version that is allowed, 1.2, is older than the oldest, 1.3.');
  return Object.keys(terms).length === 0 ? {} : { terms };
}

const optionNames: readonly string[] = Object.keys(readers);

/** Every option, each with the same reason why it has no meaning. */
export function everyOption(reason: string): Readonly<Record<string, string>> {
  return Object.fromEntries(optionNames.map((it) => [it, reason]));
}

function problemOf(key: string, why: string): ReadOptions {
  return { problem: { message: `option ${key}: ${why}`, path: ['options', key] } };
}

function unknownOption(name: string): string {
  const near = nearName(name, optionNames);
  return `Postern has no option of this name; ${near === undefined ? `it has ${optionNames.map((it) => domain + it).join(', ')}` : `do you mean ${domain}${near}`}${near === undefined ? '.' : '?'}`;
}

function oneOf<V extends string>(known: readonly V[], value: string, make: (value: V) => Partial<TlsTermsNode>): Partial<TlsTermsNode> | string {
  const found = known.find((it) => it === value.trim());
  return found === undefined ? `${quoted(value)} is not a version that Postern speaks; use ${known.map((it) => `"${it}"`).join(' or ')}.` : make(found);
}

/** A list is separated by commas. */
function entriesOf(value: string): string[] {
  return value.split(',').map((it) => it.trim());
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
}
