import type { Manifests } from '../manifests.ts';

/** Gives a Gateway parameters: `spec` is that of a GatewayParameters. */
export function giveParameters(manifests: Manifests, gateway: string, spec: object): void {
  const { metadata } = manifests.find('Gateway', gateway);
  const name = `${gateway}-scenario`;
  manifests.add('parameters.yaml', { apiVersion: 'postern.dev/v1alpha1', kind: 'GatewayParameters', metadata: { ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }), name }, spec });
  manifests.edit('Gateway', gateway, (object) => {
    object.spec.infrastructure = { ...object.spec.infrastructure, parametersRef: { group: 'postern.dev', kind: 'GatewayParameters', name } };
  });
}
