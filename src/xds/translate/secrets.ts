import type { Certificate, CertificateKey, ClientValidation } from '../../ir/index.ts';
import type { Secret } from '../gen/messages.ts';

export function certificateSecret(name: CertificateKey, { chain, key }: Certificate): Secret {
  return { name, tls_certificate: { certificate_chain: { inline_string: chain }, private_key: { inline_string: key } } };
}

/** Authorities that may vouch. With `request` everybody is let in, whatever they show. */
export function authoritiesSecret(name: string, { authorities, mode }: { readonly authorities: readonly string[]; readonly mode: ClientValidation['mode'] }): Secret {
  return { name, validation_context: { trusted_ca: { inline_string: authorities.join('\n') }, ...(mode === 'request' ? { trust_chain_verification: 'ACCEPT_UNTRUSTED' } : {}) } };
}
