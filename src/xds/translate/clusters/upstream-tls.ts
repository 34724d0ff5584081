import type { Backend, BackendKey, CertificateKey, UpstreamTls } from '../../../ir/index.ts';
import type { CertificateValidationContext, CommonTlsContext, SubjectAltNameMatcher, TransportSocket } from '../../gen/messages.ts';
import { secret, tlsParameters } from '../listeners/tls.ts';
import { endpointAuthoritiesName } from '../names.ts';
import { extension } from '../typed.ts';

const systemAuthorities = '/etc/ssl/certs/ca-certificates.crt';

/** How connections to a backend begin: in plain text, or with TLS in which endpoints are always verified. Undefined: plain text. */
export function upstreamSocket(key: BackendKey, backend: Backend, shown: CertificateKey | undefined): TransportSocket | undefined {
  const tls = backend.tls === undefined || backend.tls === 'refused' ? undefined : tlsSocket(key, backend.tls, { shown, alpn: backend.protocol === 'h2c' ? 'h2' : backend.protocol === 'tcp' ? undefined : 'http/1.1' });
  if (backend.proxyProtocol === undefined) return tls;
  return extension('envoy.transport_sockets.upstream_proxy_protocol', 'envoy.extensions.transport_sockets.proxy_protocol.v3.ProxyProtocolUpstreamTransport', {
    config: { version: backend.proxyProtocol === 'v1' ? 'V1' : 'V2' },
    transport_socket: tls ?? extension('envoy.transport_sockets.raw_buffer', 'envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer', {}),
  });
}

function tlsSocket(key: BackendKey, tls: UpstreamTls, { shown, alpn }: { readonly shown: CertificateKey | undefined; readonly alpn: string | undefined }): TransportSocket {
  const certificate = tls.certificate === undefined ? shown : tls.certificate === 'none' ? undefined : tls.certificate;
  const context: CommonTlsContext = {
    tls_params: tlsParameters(tls.terms),
    ...(certificate === undefined ? {} : { tls_certificate_sds_secret_configs: [secret(certificate)] }),
    ...(alpn === undefined ? {} : { alpn_protocols: [alpn] }),
    ...validation(key, tls),
  };
  return extension('envoy.transport_sockets.tls', 'envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext', { sni: tls.serverName, common_tls_context: context });
}

/** What the certificate must be for stands in the cluster, the authorities in a secret, which can change without it. */
function validation(key: BackendKey, { authorities, names, serverName }: UpstreamTls): CommonTlsContext {
  const wanted: readonly SubjectAltNameMatcher[] = names.length === 0
    ? [{ san_type: 'DNS', matcher: { exact: serverName } }]
    : names.map(({ kind, value }) => ({ san_type: kind === 'dns' ? 'DNS' : 'URI', matcher: { exact: value } }));
  const matching: CertificateValidationContext = { match_typed_subject_alt_names: wanted };
  if (authorities === 'system') return { validation_context: { ...matching, trusted_ca: { filename: systemAuthorities } } };
  return { combined_validation_context: { default_validation_context: matching, validation_context_sds_secret_config: secret(endpointAuthoritiesName(key)) } };
}
