import type { Certificate, CertificateKey, Handshake, Ir, SocketKey } from '../../ir/index.ts';
import { canonicalHost, HostnameMap } from '../route/hostname.ts';
import { bestOffer, isFor, terminating } from '../tls/certificates.ts';
import { strictest, termsOf } from '../tls/terms.ts';

type Terminating = ReturnType<typeof terminating>[number];

/**
 * The TLS handshake of a client on a socket. Without a server name the first certificate is shown, or that of the listener for every host, where
 * a handshake can meet the terms of all listeners.
 */
export function handshakeOn(ir: Ir, socket: SocketKey, serverName: string): Handshake {
  const here = terminating(ir).filter(([, listener]) => listener.socket === socket);
  const host = canonicalHost(serverName);
  const found = serverName === '' ? defaultOf(here) : listenersByHostname(here).find(host);
  const asks = here.find(([, listener]) => listener.clientValidation !== undefined)?.[1].clientValidation?.mode;
  if (found === undefined) return { isForName: false, ...(asks === undefined ? {} : { asksClient: asks }) };
  const [listener, { certificates = [] }] = found;
  const offers = certificates.flatMap((key): { key: CertificateKey; certificate: Certificate }[] => (ir.certificates[key] === undefined ? [] : [{ key, certificate: ir.certificates[key] }]));
  const offer = serverName === '' ? offers[0] : bestOffer(offers, host);
  return {
    listener, ...(offer === undefined ? {} : { certificate: offer.key }),
    isForName: offer !== undefined && isFor(offer.certificate, host),
    ...(asks === undefined ? {} : { asksClient: asks }),
  };
}

function listenersByHostname(listeners: readonly Terminating[]): HostnameMap<Terminating> {
  const map = new HostnameMap<Terminating>();
  for (const entry of listeners) map.add(entry[1].hostname, entry);
  return map;
}

function defaultOf(listeners: readonly Terminating[]): Terminating | undefined {
  if (strictest(listeners.map(([, { terms }]) => termsOf(terms))) === undefined) return undefined;
  const withCertificate = listeners.filter(([, { certificates = [] }]) => certificates.length > 0);
  return withCertificate.find(([, { hostname }]) => hostname === '') ?? withCertificate[0];
}

