import type { HashInput } from '../../../ir/index.ts';
import { cookieValues } from '../../persistence/cookie.ts';
import { hashText } from './hash-text.ts';

/** A request, as far as its hash needs to know it. */
export interface Hashed {
  /** The values of a field (lower-case name) joined by commas, or undefined where there is none. */
  header(name: string): string | undefined;
}

/** Gives the hash of a request, or of a connection that is none, from an address; undefined where it does not have the value. */
export type HashOf = (request: Hashed | undefined, address: string) => number | undefined;

/** How the hash of a request is found. */
export function compileHash(input: HashInput): HashOf {
  switch (input.kind) {
    case 'source': return (_, address) => (address === '' ? undefined : hashText(address));
    case 'header': return (request) => hashOf(request?.header(input.name));
    case 'cookie': return (request) => hashOf(cookieValues(request?.header('cookie') ?? '', input.name)[0]);
  }
}

function hashOf(value: string | undefined): number | undefined {
  return value === undefined || value === '' ? undefined : hashText(value);
}
