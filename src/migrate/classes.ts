import type { SourceObject } from '../contract/index.ts';
import { fields, type Ingress, text } from './ingress.ts';

const nginxController = 'k8s.io/ingress-nginx';

/** Names that other controllers' classes usually have. */
const usual: Readonly<Record<string, string>> = {
  alb: 'the AWS Load Balancer Controller\'s', traefik: 'Traefik\'s', haproxy: 'HAProxy\'s', kong: 'Kong\'s', gce: 'GKE\'s', 'gce-internal': 'GKE\'s', cilium: 'Cilium\'s', istio: 'Istio\'s', contour: 'Contour\'s',
  'azure-application-gateway': 'the Application Gateway Ingress Controller\'s', 'webapprouting.kubernetes.azure.com': 'AKS\'s', apisix: 'APISIX\'s', openshift: 'OpenShift\'s',
};

/** Whose class it is, where it is not ingress-nginx's: an IngressClass says so, or its usual name. */
export function foreignClass({ className }: Ingress, objects: readonly SourceObject[]): string | undefined {
  for (const { value } of objects) {
    const { kind, metadata, spec } = fields(value);
    if (kind !== 'IngressClass' || fields(metadata)['name'] !== className) continue;
    const controller = text(fields(spec)['controller']);
    return controller === nginxController || controller === '' ? undefined : `that of ${controller}`;
  }
  return usual[className];
}
