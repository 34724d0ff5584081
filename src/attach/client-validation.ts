import type { Gateway } from '../api/index.ts';
import type { FieldPath } from '../contract/index.ts';
import { resolveAuthorities } from './ca-certificates.ts';
import type { CertificateContext } from './certificates.ts';
import type { ListenerNode } from './graph.ts';
import type { Modeled } from '../model/index.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

type Frontend = NonNullable<NonNullable<Gateway['spec']['tls']>['frontend']>;
type Validation = NonNullable<Frontend['default']['validation']>;

/** What clients of a port must show: the Gateway's default, or what it says for the port (GEP-91). */
function validationOf({ spec }: Gateway, port: number): { readonly validation: Validation; readonly at: FieldPath } | undefined {
  const frontend = spec.tls?.frontend;
  const index = frontend?.perPort?.findIndex((it) => it.port === port) ?? -1;
  const validation = index >= 0 ? frontend?.perPort?.[index]?.tls.validation : frontend?.default.validation;
  if (validation === undefined) return undefined;
  return { validation, at: ['spec', 'tls', 'frontend', ...(index >= 0 ? ['perPort', index, 'tls'] : ['default']), 'validation'] };
}

/**
 * Adds to HTTPS listeners how they check the certificates of clients. Where no authority can be used the listener is refused:
 * a Gateway that asks for client certificates never serves without.
 */
export function withClientValidation(gateway: Modeled<Gateway>, listeners: readonly ListenerNode[], context: CertificateContext): ListenerNode[] {
  return listeners.map((listener) => {
    const asked = listener.tlsMode === 'Terminate' && listener.accepted.ok ? validationOf(gateway.object, listener.port) : undefined;
    if (asked === undefined) return listener;
    return listener.protocol === 'HTTPS' ? validate(gateway, listener, asked, context) : { ...listener, uncheckedClients: uncheckedBy(asked.at) };
  });
}

/** The API asks for certificates where HTTPS is served, and nowhere else (spec: FrontendTLSConfig). */
function uncheckedBy(at: FieldPath): Verdict {
  return { ...refuse('UnsupportedValue', 'its protocol is TLS, and spec.tls.frontend is for HTTPS listeners alone; clients of this one need no certificate.', at), hint: 'Use mode Passthrough and let the backend ask for certificates, or protocol HTTPS.' };
}

// oxlint-disable-next-line max-params -- the listener, what is asked of it, by whom, and the context.
function validate(gateway: Modeled<Gateway>, listener: ListenerNode, { validation }: NonNullable<ReturnType<typeof validationOf>>, context: CertificateContext): ListenerNode {
  const { capabilities } = context.settings;
  if (!capabilities.features.includes('GatewayFrontendClientCertificateValidation')) {
    return { ...listener, accepted: refuse('UnsupportedValue', `spec.tls.frontend of the Gateway asks for client certificates, which the ${capabilities.name} data plane does not check.`) };
  }
  const { bundles, resolvedRefs } = resolveAuthorities(gateway.ref, validation.caCertificateRefs, context, { unknownKind: 'InvalidCACertificateKind', path: [] });
  const refs = listener.resolvedRefs.ok && !resolvedRefs.ok
    ? refuse(resolvedRefs.reason, `spec.tls.frontend of the Gateway: ${resolvedRefs.message}`) : listener.resolvedRefs;
  if (bundles.length === 0) return { ...listener, resolvedRefs: refs, accepted: refuse('NoValidCACertificate', `No certificate authority to check clients with: ${resolvedRefs.message}`) };
  return { ...listener, resolvedRefs: refs, clientValidation: { authorities: bundles, mode: validation.mode === 'AllowInsecureFallback' ? 'request' : 'require' } };
}

/** Present where the Gateway lets clients in whose certificate nobody vouches for (spec: GatewayConditionInsecureFrontendValidationMode). */
export function insecureValidation({ spec }: Gateway): Verdict | undefined {
  const validations = [spec.tls?.frontend?.default.validation, ...(spec.tls?.frontend?.perPort ?? []).map((it) => it.tls.validation)];
  if (!validations.some((it) => it?.mode === 'AllowInsecureFallback')) return undefined;
  return accept('ConfigurationChanged', 'spec.tls.frontend has mode AllowInsecureFallback: clients without a valid certificate are let in.');
}
