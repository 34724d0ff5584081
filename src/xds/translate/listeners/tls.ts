import type { CertificateKey, ClientValidation, SocketKey, TlsTerms } from '../../../ir/index.ts';
import type { SdsSecretConfig, TlsParameters, TransportSocket } from '../../gen/messages.ts';
import { clientAuthoritiesName } from '../names.ts';
import { extension, overAds } from '../typed.ts';

export interface DownstreamTls {
  readonly socket: SocketKey;
  /** At least one. */
  readonly certificates: readonly CertificateKey[];
  readonly terms: TlsTerms | undefined;
  readonly clientValidation: ClientValidation | undefined;
  /** Absent: connections do not carry requests, and agree on no protocol. */
  readonly alpn?: readonly string[];
}

/** TLS that ends here. Certificates and authorities come as secrets, so that a new one changes no listener. */
export function downstreamTls({ socket, certificates, terms, clientValidation, alpn }: DownstreamTls): TransportSocket {
  const validation = clientValidation === undefined ? {} : { validation_context_sds_secret_config: secret(clientAuthoritiesName(socket)) };
  return extension('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext', {
    common_tls_context: {
      tls_params: tlsParameters(terms), tls_certificate_sds_secret_configs: certificates.map(secret), ...validation,
      ...(alpn === undefined ? {} : { alpn_protocols: alpn }),
    },
    ...(clientValidation?.mode === 'require' ? { require_client_certificate: true } : {}),
  });
}

export function secret(name: string): SdsSecretConfig {
  return { name, sds_config: overAds };
}

/** The strong suites of TLS 1.2 with forward secrecy where nothing is asked; those of TLS 1.3 are always on. */
const usualSuites = [
  'ECDHE-ECDSA-AES128-GCM-SHA256', 'ECDHE-RSA-AES128-GCM-SHA256', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305', 'ECDHE-RSA-CHACHA20-POLY1305',
];

export function tlsParameters({ minVersion = '1.2', maxVersion = '1.3', cipherSuites = usualSuites }: TlsTerms = {}): TlsParameters {
  return { tls_minimum_protocol_version: versions[minVersion], tls_maximum_protocol_version: versions[maxVersion], cipher_suites: cipherSuites };
}

const versions = { '1.2': 'TLSv1_2', '1.3': 'TLSv1_3' } as const;
