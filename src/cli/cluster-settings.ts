import type { AttachSettings } from '../attach/index.ts';
import type { Capabilities } from '../contract/index.ts';
import type { ClusterSource } from '../source/index.ts';
import { nativeSettings } from './settings.ts';

/** What needs data planes in pods: what a Gateway asks of generated objects means nothing where none are generated. */
const ofFleets = ['GatewayInfrastructure'];

/** What the API server has to have for a feature: the kind, with at least one object where that is what the feature needs. */
const conditions: Readonly<Record<string, (cluster: ClusterView) => boolean>> = {
  ClusterTrustBundle: (cluster) => cluster.serves('ClusterTrustBundle'),
  // Without the ranges nobody can tell whether an address that is asked for is one of Services (GEP-5093).
  GatewayAddressRoutabilityCluster: (cluster) => [...cluster.all('ServiceCIDR')].length > 0,
};

export type ClusterView = Pick<ClusterSource, 'serves' | 'all'>;

export interface ClusterSettings {
  /** `fleet`: data planes in pods; then `serviceType` is that of their Services. */
  readonly plane: 'own' | 'fleet';
  readonly serviceType: string;
  readonly controllerName: string;
  /** Absent: those of native data planes. */
  readonly capabilities?: Capabilities;
}

/** The settings in a cluster, as it is at a time: a feature is claimed only while the API server has what it needs. The same for the same cluster. */
export function clusterSettings({ plane, serviceType, controllerName, capabilities }: ClusterSettings): (cluster: ClusterView) => AttachSettings {
  const usual = nativeSettings({ strict: true });
  const common = { ...usual, controllerName, capabilities: capabilities ?? usual.capabilities };
  const all = [
    ...common.capabilities.features, ...(plane === 'fleet' ? ofFleets : []),
    // One Service has two addresses only where a load balancer gives it another.
    ...(plane === 'fleet' && serviceType === 'LoadBalancer' ? ['GatewayAddressRoutabilityCluster'] : []),
  ].sort();
  const known = new Map<string, AttachSettings>();
  return (cluster) => {
    const missing = all.filter((it) => conditions[it]?.(cluster) === false);
    const gatewayApi = releaseOf(cluster);
    const key = `${gatewayApi} ${missing.join()}`;
    const found = known.get(key) ?? { ...common, ...(gatewayApi === undefined ? {} : { gatewayApi }), capabilities: { ...common.capabilities, features: all.filter((it) => !missing.includes(it)) } };
    known.set(key, found);
    return found;
  };
}

/** What the cluster's Gateway API says it is. */
function releaseOf(cluster: ClusterView): string | undefined {
  const [definition] = cluster.all('CustomResourceDefinition');
  return definition?.metadata.annotations?.['gateway.networking.k8s.io/bundle-version'];
}
