import type { SecureContextOptions } from 'node:tls';
import type { TlsTerms } from '../../ir/index.ts';
import { nodeTls } from './node-tls.ts';

/** What handshakes may agree on, with nothing left open. */
export interface Terms {
  readonly minVersion: '1.2' | '1.3';
  readonly maxVersion: '1.2' | '1.3';
  /** Of TLS 1.2; undefined: the strong ones. */
  readonly cipherSuites: readonly string[] | undefined;
  readonly alpn: readonly ('h2' | 'http/1.1')[];
  /** Equal terms have equal ids. */
  readonly id: string;
}

type Parts = Omit<Terms, 'id'>;

const usual: Parts = { minVersion: '1.2', maxVersion: '1.3', cipherSuites: undefined, alpn: ['h2', 'http/1.1'] };

/** Asked terms, and our own where nothing is asked. */
export function termsOf({ minVersion = usual.minVersion, maxVersion = usual.maxVersion, cipherSuites = usual.cipherSuites, alpn = usual.alpn }: TlsTerms = {}): Terms {
  return withId({ minVersion, maxVersion, cipherSuites, alpn });
}

function withId({ minVersion, maxVersion, cipherSuites, alpn }: Parts): Terms {
  return { minVersion, maxVersion, cipherSuites, alpn, id: JSON.stringify([minVersion, maxVersion, cipherSuites ?? 'usual', alpn]) };
}

/** What all of them allow; undefined where nothing is left. */
export function strictest(all: readonly Terms[]): Terms | undefined {
  let parts: Parts = usual;
  for (const it of all) {
    parts = {
      minVersion: it.minVersion > parts.minVersion ? it.minVersion : parts.minVersion,
      maxVersion: it.maxVersion < parts.maxVersion ? it.maxVersion : parts.maxVersion,
      cipherSuites: parts.cipherSuites === undefined ? it.cipherSuites : parts.cipherSuites.filter((suite) => it.cipherSuites?.includes(suite) !== false),
      alpn: parts.alpn.filter((protocol) => it.alpn.includes(protocol)),
    };
  }
  const isPossible = parts.minVersion <= parts.maxVersion && parts.alpn.length > 0 && (parts.cipherSuites?.length !== 0 || parts.maxVersion === '1.3');
  return isPossible ? withId(parts) : undefined;
}

/** AES with 128 bits and SHA-256 first: as strong as the rest of a handshake, and processors have instructions for both. */
const preferred = 'TLS_AES_128_GCM_SHA256';

/** Terms as node:tls takes them. ALPN is no part of a context. */
export function contextTerms({ minVersion, maxVersion, cipherSuites }: Pick<Terms, 'minVersion' | 'maxVersion' | 'cipherSuites'>): Pick<SecureContextOptions, 'minVersion' | 'maxVersion' | 'ciphers'> {
  const [newest, older] = partition(nodeTls().DEFAULT_CIPHERS.split(':'));
  return {
    minVersion: minVersion === '1.3' ? 'TLSv1.3' : 'TLSv1.2', maxVersion: maxVersion === '1.2' ? 'TLSv1.2' : 'TLSv1.3',
    ciphers: [preferred, ...newest.filter((it) => it !== preferred), ...(cipherSuites ?? older)].join(':'),
  };
}

/** Suites of TLS 1.3, and all others. */
function partition(ciphers: readonly string[]): [string[], string[]] {
  return [ciphers.filter((it) => it.startsWith('TLS_')), ciphers.filter((it) => !it.startsWith('TLS_'))];
}
