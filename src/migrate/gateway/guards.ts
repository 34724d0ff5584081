import { usualFates } from '../annotations/fates.ts';
import { readFlag, valuesOf } from '../annotations/values.ts';
import type { Ingress } from '../ingress.ts';
import { authorizerOf } from './authorizer.ts';
import type { Context } from './context.ts';
import { readServiceUrl } from './references.ts';

/** Directives of nginx that decide whether a request comes through, or where it goes. */
const deciding = /\b(?:deny|allow|auth_\w+|return|if|satisfy|internal|rewrite|proxy_pass|limit_except|location|access_by_lua\w*)\b/;

/**
 * Why the paths of an Ingress are left out: without these annotations requests would come through that ingress-nginx stops, and
 * nobody has said that this may be. Empty where nothing stands in the way.
 */
export function heldBackBy(ingress: Ingress, host: string, context: Context): string[] {
  const names = Object.keys(usualFates).filter((name) => isGuard(name, { ingress, host }, context) && !context.accepted.has(name));
  for (const name of names) {
    const { says, instead = '' } = guardWords(name, ingress);
    context.notes.annotation(ingress, name, 'held-back', [`${says}; without it requests would come through that nginx stops, so the paths of this Ingress are left out`, instead]);
  }
  return names;
}

interface Guarded {
  readonly ingress: Ingress;
  readonly host: string;
}

function isGuard(name: string, { ingress, host }: Guarded, context: Context): boolean {
  const values = valuesOf(ingress);
  if (!values.has(name) || values.flag('canary', false)) return false;
  if (name === 'auth-url') return typeof authorizerOf(values.text(name), host, context) === 'string';
  if (name.endsWith('-snippet') && name !== 'modsecurity-snippet') return deciding.test(values.text(name));
  if (usualFates[name]?.guards !== true) return false;
  if (name === 'satisfy') return values.text(name) === 'any';
  if (name === 'auth-type') return /^(?:basic|digest)$/.test(values.text(name));
  // The Gateway says it where it can (frontend-tls.ts).
  if (name === 'auth-tls-secret') return !context.notes.hasTold(ingress, name) && values.text('auth-tls-verify-client') !== 'off';
  return readFlag(values.text(name)) !== false;
}

function guardWords(name: string, ingress: Ingress): { readonly says: string; readonly instead?: string } {
  const value = valuesOf(ingress).text(name);
  if (name === 'auth-tls-secret' && valuesOf(ingress).has('auth-tls-match-cn')) return { says: 'clients are asked for a certificate only where their names need not be checked (auth-tls-match-cn)' };
  if (name === 'auth-url') return { says: readServiceUrl(value) as string, instead: 'give the authorizer a Service, then write its URL; or pass --accept auth-url' };
  if (name.endsWith('-snippet')) return { says: `text for nginx.conf, which is never translated (${directivesOf(value).join(', ')})`, instead: `say with filters of the route what it does, then pass --accept ${name}` };
  return usualFates[name] as { readonly says: string; readonly instead?: string };
}

/** The names of the directives of a snippet. */
export function directivesOf(snippet: string): string[] {
  const lines = snippet.split(/[;{}\n]/).map((it) => it.trim()).filter((it) => it !== '' && !it.startsWith('#'));
  return [...new Set(lines.map((it) => it.split(/\s/)[0] ?? ''))];
}
