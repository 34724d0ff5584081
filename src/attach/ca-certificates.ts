import type { ClusterTrustBundle, ConfigMap, Secret } from '../api/index.ts';
import { decodeBase64 } from '../base/index.ts';
import { describeRef, type FieldPath, type ObjectRef } from '../contract/index.ts';
import type { CertificateContext } from './certificates.ts';
import { suggestion } from './suggestion.ts';
import { accept, refuse, type Verdict } from './verdict.ts';

interface AuthorityRef {
  readonly group: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export interface ResolvedAuthorities {
  /** PEM bundles that can be used. */
  readonly bundles: readonly string[];
  /** The first reference that can't, if there is one. */
  readonly resolvedRefs: Verdict;
}

/** The words of the kind that refers, which differ between Gateways and policies. */
export interface AuthorityReasons {
  readonly unknownKind: string;
  readonly path: FieldPath;
}

/**
 * The certificate authorities that `caCertificateRefs` name: `ca.crt` of ConfigMaps and Secrets, and ClusterTrustBundles
 * (GEP-91, GEP-5075). One bad reference leaves the others in use; a bundle that is gone is never used again.
 */
// oxlint-disable-next-line max-params -- owner, references, context and the words to refuse them in.
export function resolveAuthorities(owner: ObjectRef, refs: readonly AuthorityRef[], context: CertificateContext, reasons: AuthorityReasons): ResolvedAuthorities {
  const bundles: string[] = [];
  let resolvedRefs = accept('ResolvedRefs', 'All references resolve.');
  for (const [index, ref] of refs.entries()) {
    const found = resolveAuthority(owner, ref, context, reasons);
    if ('bundle' in found) bundles.push(found.bundle);
    else if (resolvedRefs.ok) resolvedRefs = refuse(found.reason, `caCertificateRefs[${index}]: ${found.message}`, [...reasons.path, 'caCertificateRefs', index]);
  }
  return { bundles, resolvedRefs };
}

type Found = { readonly bundle: string } | { readonly reason: string; readonly message: string };

// oxlint-disable-next-line max-params -- as above.
function resolveAuthority(owner: ObjectRef, ref: AuthorityRef, context: CertificateContext, { unknownKind }: AuthorityReasons): Found {
  const { model, grants, settings } = context;
  const invalid = (message: string): Found => ({ reason: 'InvalidCACertificateRef', message });
  const isTrustBundle = isClusterTrustBundle(ref);
  const target: ObjectRef = { group: ref.group, kind: ref.kind, namespace: isTrustBundle ? '' : ref.namespace ?? owner.namespace, name: ref.name };
  const holder = holders[`${ref.kind}.${ref.group}`];
  if (holder === undefined) return { reason: unknownKind, message: `${ref.kind}${ref.group === '' ? '' : `.${ref.group}`} holds no certificate authorities; name a ConfigMap.` };
  if (isTrustBundle && !settings.capabilities.features.includes('ClusterTrustBundle')) return { reason: unknownKind, message: unserved };
  if (!isTrustBundle && !grants.permits(owner, target)) {
    return { reason: 'RefNotPermitted', message: `no ReferenceGrant in namespace ${target.namespace} lets ${owner.kind}s of namespace ${owner.namespace} refer to ${describeRef(target)}.` };
  }
  const object = model.objects[holder.kind].get(isTrustBundle ? target.name : `${target.namespace}/${target.name}`);
  if (object === undefined) return invalid(`${describeRef(target)} does not exist.${suggestion(target, model.objects[holder.kind].values())}`);
  const bundle = holder.read(object.object as never);
  if (bundle === undefined) return invalid(`${describeRef(target)} has no ca.crt.`);
  if (bundle.trim() === '') return invalid(`${describeRef(target)} is empty.`);
  const problem = isTrustBundle ? settings.checkAuthorities(bundle, 'ClusterTrustBundle') : settings.checkAuthorities(bundle);
  return problem === undefined ? { bundle } : invalid(`${describeRef(target)}: ${problem}`);
}

const unserved = 'ClusterTrustBundle.certificates.k8s.io is not served by this cluster; Kubernetes serves it from 1.37 on, before that behind a feature gate.';

/** It belongs to the whole cluster and everybody may read it: it has no namespace, and needs no grant (GEP-5075). */
function isClusterTrustBundle({ group, kind }: AuthorityRef): boolean {
  return kind === 'ClusterTrustBundle' && group === 'certificates.k8s.io';
}

interface Holder {
  readonly kind: 'ConfigMap' | 'Secret' | 'ClusterTrustBundle';
  /** The PEM text of an object, if it has one. */
  read(object: never): string | undefined;
}

const holders: Readonly<Record<string, Holder>> = {
  'ConfigMap.': { kind: 'ConfigMap', read: ({ data }: ConfigMap) => data?.['ca.crt'] },
  'Secret.': { kind: 'Secret', read: ({ data }: Secret) => (data?.['ca.crt'] === undefined ? undefined : decodeBase64(data['ca.crt'])) },
  'ClusterTrustBundle.certificates.k8s.io': { kind: 'ClusterTrustBundle', read: ({ spec }: ClusterTrustBundle) => spec.trustBundle },
};
