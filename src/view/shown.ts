import { Redacted } from '../base/index.ts';

const hidden = '[redacted]';
/** Names of headers, parameters and keys whose values are credentials. */
const secretName = /authori[sz]ation|cookie|token|secret|passw|api-?key|credential|private|session-?id|signature/i;

/** Does the value under such a name look like a credential? */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/**
 * A value as it may be seen: plain JSON without secrets. Data of Secrets, values of headers and keys that look like credentials, and private
 * keys go; so does the annotation in which kubectl keeps a copy of the whole object. Certificates are said in a line.
 */
export function shown(value: unknown): unknown {
  return copied(value, 0);
}

function copied(value: unknown, depth: number): unknown {
  if (value instanceof Redacted) return hidden;
  if (typeof value === 'string') return plainText(value);
  if (typeof value !== 'object' || value === null) return typeof value === 'function' ? undefined : value;
  if (depth > 24) return '…';
  if (Array.isArray(value)) return value.map((it) => copied(it, depth + 1));
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, it]) => [String(key), copied(it, depth + 1)]));
  if (value instanceof Set) return [...value].map((it) => copied(it, depth + 1));
  const own = value as Readonly<Record<string, unknown>>;
  const isSecret = own['kind'] === 'Secret' && own['apiVersion'] === 'v1';
  const isNamed = typeof own['name'] === 'string' && secretName.test(own['name']) && typeof own['value'] === 'string';
  return Object.fromEntries(Object.entries(own).flatMap(([key, it]): [string, unknown][] => {
    if (it === undefined || typeof it === 'function' || key === 'managedFields') return [];
    if (key === 'kubectl.kubernetes.io/last-applied-configuration') return [];
    if (isSecret && (key === 'data' || key === 'stringData')) return [[key, allHidden(it)]];
    if (isNamed && key === 'value') return [[key, hidden]];
    if (typeof it === 'string' && secretName.test(key) && !isReference(key)) return [[key, hidden]];
    return [[key, copied(it, depth + 1)]];
  }));
}

/** Fields of the API that only sound like a credential. */
function isReference(key: string): boolean {
  return /^(?:sessionName|cookieConfig|type|kind|secretName|tokenAudience)$/.test(key);
}

function allHidden(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.keys(value).map((key) => [key, hidden])) : hidden;
}

/** `https://user:password@host` without the password. */
export function withoutPasswords(text: string, instead: string): string {
  return text.includes('@') ? text.replaceAll(/(:\/\/[^/?#\s:@"']*:)[^/?#\s@"']+(?=@)/g, `$1${instead}`) : text;
}

function plainText(text: string): string {
  if (text.includes('PRIVATE KEY-----')) return hidden;
  const count = text.split('-----BEGIN CERTIFICATE-----').length - 1;
  return count === 0 ? withoutPasswords(text, hidden) : `(${count} certificate${count === 1 ? '' : 's'} in PEM)`;
}
