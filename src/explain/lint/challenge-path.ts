import type { PathMatch } from '../../ir/index.ts';

/** Where an ACME server asks for the proof that a host is yours (RFC 8555 section 8.3). */
export const challengeFolder = '/.well-known/acme-challenge';

/** Whether a match is for the answers to ACME challenges and nothing else. */
export function isChallengePath({ kind, value }: PathMatch): boolean {
  return kind !== 'regex' && (value === challengeFolder || value.startsWith(`${challengeFolder}/`));
}
