import { decodeBase64, Redacted } from '../base/index.ts';
import { describeRef, type FieldPath, type ObjectRef } from '../contract/index.ts';
import type { Model } from '../model/index.ts';
import type { CertificateNode } from './graph.ts';
import type { ReferenceGrants } from './reference-grants.ts';
import type { AttachSettings } from './settings.ts';
import { suggestion } from './suggestion.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

interface CertificateRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface ResolvedCertificates {
  readonly certificates: readonly CertificateNode[];
  readonly verdict: Verdict;
}

export interface CertificateContext {
  readonly model: Model;
  readonly grants: ReferenceGrants;
  readonly settings: AttachSettings;
}

/**
 * Looks up the certificates of a listener. The grant is asked before the Secret is, so that nobody learns which Secrets
 * exist elsewhere. One bad reference leaves the others in use (spec: ListenerTLSConfig.certificateRefs).
 */
export function resolveCertificates(owner: ObjectRef, refs: readonly CertificateRef[], context: CertificateContext): ResolvedCertificates {
  const certificates: CertificateNode[] = [];
  let verdict = accept('ResolvedRefs', 'All references of the listener resolve.');
  for (const [index, ref] of refs.entries()) {
    const found = resolveOne(owner, ref, context);
    if ('certificate' in found) certificates.push(found.certificate);
    else if (verdict.ok) verdict = refuse(found.reason, `tls.certificateRefs[${index}]: ${found.message}`, ['tls', 'certificateRefs', index]);
  }
  if (refs.length === 0) verdict = refuse('InvalidCertificateRef', 'tls.certificateRefs is empty: the listener has no certificate to show.', ['tls']);
  return { certificates, verdict };
}

/** The certificate that a Gateway or XBackend shows to backends (GEP-3155, GEP-4894); refused with the reasons of that reference. */
// oxlint-disable-next-line max-params -- owner, reference, context, and where the reference is written.
export function resolveClientCertificate(owner: ObjectRef, ref: CertificateRef, context: CertificateContext, path: FieldPath = ['spec', 'tls', 'backend', 'clientCertificateRef']): { readonly clientCertificateRef: Verdict; readonly clientCertificate?: CertificateNode } {
  const found = resolveOne(owner, ref, context);
  if ('certificate' in found) return { clientCertificateRef: accept('ResolvedRefs', 'The client certificate for backends resolves.'), clientCertificate: found.certificate };
  const reason = found.reason === 'InvalidCertificateRef' ? 'InvalidClientCertificateRef' : found.reason;
  return { clientCertificateRef: refuse(reason, `${path.join('.')}: ${found.message}`, path) };
}

type Found = { readonly certificate: CertificateNode } | { readonly reason: string; readonly message: string };

function resolveOne(owner: ObjectRef, ref: CertificateRef, { model, grants, settings }: CertificateContext): Found {
  const target: ObjectRef = { group: ref.group ?? '', kind: ref.kind ?? 'Secret', namespace: ref.namespace ?? owner.namespace, name: ref.name };
  if (!grants.permits(owner, target)) {
    return { reason: 'RefNotPermitted', message: `no ReferenceGrant in namespace ${target.namespace} lets ${owner.kind}s of namespace ${owner.namespace} refer to ${describeRef(target)}.` };
  }
  const invalid = (message: string): Found => ({ reason: 'InvalidCertificateRef', message });
  if (target.group !== '' || target.kind !== 'Secret') {
    return invalid(`${target.kind}${target.group === '' ? '' : `.${target.group}`} is not a kind that holds certificates; name a Secret.`);
  }
  const secret = model.objects.Secret.get(`${target.namespace}/${target.name}`);
  if (secret === undefined) return invalid(`${describeRef(target)} does not exist.${suggestion(target, model.objects.Secret.values())}`);
  const chain = pemOf(secret.object.data?.['tls.crt']);
  const key = pemOf(secret.object.data?.['tls.key']);
  if (chain === undefined || key === undefined) return invalid(`${describeRef(target)} has no ${chain === undefined ? 'tls.crt' : 'tls.key'}.`);
  const report = settings.checkKeyPair(chain, key);
  if ('error' in report) return invalid(`${describeRef(target)}: ${report.error}`);
  return { certificate: { ref: target, chain, key: new Redacted(key), ...report } };
}

/** PEM is ASCII, and anything else fails when it is parsed. */
function pemOf(base64: string | undefined): string | undefined {
  return base64 === undefined || base64 === '' ? undefined : decodeBase64(base64);
}
