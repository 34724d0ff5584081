import { decodeBase64 } from '../base/index.ts';
import { describeRef, type FieldPath, type ObjectRef } from '../contract/index.ts';
import type { CertificateContext } from './certificates.ts';
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
  const clusterWide = ref.kind === 'ClusterTrustBundle';
  const target: ObjectRef = { group: ref.group, kind: ref.kind, namespace: clusterWide ? '' : ref.namespace ?? owner.namespace, name: ref.name };
  const read = readers[`${ref.kind}.${ref.group}`];
  if (read === undefined) return { reason: unknownKind, message: `${ref.kind}${ref.group === '' ? '' : `.${ref.group}`} holds no certificate authorities; name a ConfigMap.` };
  if (!clusterWide && !context.grants.permits(owner, target)) {
    return { reason: 'RefNotPermitted', message: `no ReferenceGrant in namespace ${target.namespace} lets ${owner.kind}s of namespace ${owner.namespace} refer to ${describeRef(target)}.` };
  }
  const bundle = read(target, context);
  if (bundle === undefined || bundle === '') return { reason: 'InvalidCACertificateRef', message: `${describeRef(target)} ${bundle === undefined ? 'does not exist or has no ca.crt' : 'is empty'}.` };
  const problem = context.settings.checkAuthorities(bundle);
  return problem === undefined ? { bundle } : { reason: 'InvalidCACertificateRef', message: `${describeRef(target)}: ${problem}` };
}

const readers: Record<string, (target: ObjectRef, context: CertificateContext) => string | undefined> = {
  'ConfigMap.': ({ namespace, name }, { model }) => model.objects.ConfigMap.get(`${namespace}/${name}`)?.object.data?.['ca.crt'],
  'Secret.': ({ namespace, name }, { model }) => {
    const encoded = model.objects.Secret.get(`${namespace}/${name}`)?.object.data?.['ca.crt'];
    return encoded === undefined ? undefined : decodeBase64(encoded);
  },
  'ClusterTrustBundle.certificates.k8s.io': ({ name }, { model }) => model.objects.ClusterTrustBundle.get(name)?.object.spec.trustBundle,
};
