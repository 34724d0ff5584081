/**
 * api: Kubernetes and Gateway API objects as on the wire: their types, and admission (what an API server makes of a document).
 * May import contract and base.
 */
import type { CoreTypes } from './core/index.ts';
import type { GatewayApiTypes, PosternTypes } from './gen/index.ts';

/** Every kind that Postern reads, with the type of its admitted objects. */
export interface ObjectTypes extends GatewayApiTypes, PosternTypes, CoreTypes {}

export type * from './gen/index.ts';
export type {
  ClusterTrustBundle, ConfigMap, Container, ContainerPort, Deployment, EndpointSlice, EndpointSliceEndpoint, EndpointSlicePort, LabelSelector,
  Namespace, Pod, PodSpec, Secret, Service, ServicePort, ServiceSpec,
} from './core/index.ts';
export type { ObjectMeta, StringMap } from './object-meta.ts';
export { admit, type Admission, type Admitted, type Rejected, type Skipped } from './admit.ts';
export { groupOfKind, kindNames as kinds, type Kind } from './kinds.ts';
export type { Problem } from './problem.ts';
export { isDnsLabel, isDnsSubdomain } from './names.ts';
