import type { AttachSettings } from '../attach/index.ts';
import type { ClusterSource } from '../source/index.ts';
import { nativeSettings } from './settings.ts';

/** What needs data planes in pods: what a Gateway asks of generated objects means nothing where none are generated. */
const ofFleets = ['GatewayInfrastructure'];

/** Kinds of the cluster that features stand or fall with; both have the same name (GEP-5075). */
const ofKinds = ['ClusterTrustBundle'];

/** The settings in a cluster, as it is at a time: a feature is claimed only while the API server has what it needs. The same for the same cluster. */
export function clusterSettings(plane: 'own' | 'fleet', controllerName: string): (cluster: Pick<ClusterSource, 'serves'>) => AttachSettings {
  const native = { ...nativeSettings({ strict: true }), controllerName };
  const all = plane === 'fleet' ? [...native.capabilities.features, ...ofFleets].sort() : native.capabilities.features;
  const known = new Map<string, AttachSettings>();
  return (cluster) => {
    const missing = ofKinds.filter((kind) => !cluster.serves(kind));
    const found = known.get(missing.join()) ?? { ...native, capabilities: { ...native.capabilities, features: all.filter((it) => !missing.includes(it)) } };
    known.set(missing.join(), found);
    return found;
  };
}
