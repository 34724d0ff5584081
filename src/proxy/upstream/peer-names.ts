import type { PeerCertificate } from 'node:tls';
import type { UpstreamTls } from '../../ir/index.ts';
import { nodeTls } from '../tls/node-tls.ts';

/** Why the certificate of an endpoint is not for the name that its backend must have, or undefined. Its chain is checked elsewhere. */
export function nameProblem({ serverName, names }: Pick<UpstreamTls, 'serverName' | 'names'>, certificate: PeerCertificate): string | undefined {
  if (names.length === 0) return nodeTls().checkServerIdentity(serverName, certificate)?.message;
  const shown = alternativeNames(certificate.subjectaltname ?? '');
  const isWanted = names.some((wanted) => shown.some((it) => it.kind === wanted.kind && (wanted.kind === 'uri' ? it.value === wanted.value : matchesName(it.value, wanted.value))));
  return isWanted ? undefined : `none of ${names.map(({ value }) => value).join(', ')} is among the certificate's names ${shown.map(({ value }) => value).join(', ')}`;
}

interface AlternativeName {
  readonly kind: 'dns' | 'uri';
  readonly value: string;
}

/** The DNS names (in lower case) and URIs of OpenSSL's list; a value with special characters stands there as a JSON string. */
export function alternativeNames(list: string): AlternativeName[] {
  const found: AlternativeName[] = [];
  for (const [, kind, quoted, plain] of list.matchAll(/(?:^|, )([A-Za-z ]+):(?:("(?:[^"\\]|\\.)*")|([^,"]*))/g)) {
    const value = quoted === undefined ? plain ?? '' : JSON.parse(quoted) as string;
    if (kind === 'DNS') found.push({ kind: 'dns', value: value.toLowerCase() });
    else if (kind === 'URI') found.push({ kind: 'uri', value });
  }
  return found;
}

/** A wildcard of the certificate stands for one label (RFC 6125 section 6.4.3), one of the policy for any names below it. */
function matchesName(shown: string, wanted: string): boolean {
  if (shown === wanted) return true;
  if (wanted.startsWith('*.')) return shown.endsWith(wanted.slice(1)) && !shown.startsWith('*');
  return shown.startsWith('*.') && wanted.slice(wanted.indexOf('.')) === shown.slice(1) && wanted.indexOf('.') > 0;
}
