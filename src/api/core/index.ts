import type { ClusterTrustBundle, ConfigMap, Secret } from './config.ts';
import { clusterTrustBundleKind, configMapKind, secretKind } from './config.ts';
import type { CoreKind } from './core-kind.ts';
import { endpointSliceKind, type EndpointSlice } from './endpoint-slice.ts';
import { namespaceKind, type Namespace } from './namespace.ts';
import { serviceKind, type Service } from './service.ts';
import { deploymentKind, podKind, type Deployment, type Pod } from './workload.ts';

export type { ClusterTrustBundle, ConfigMap, Secret } from './config.ts';
export type { CoreKind, LabelSelector } from './core-kind.ts';
export type { EndpointSlice, EndpointSliceEndpoint, EndpointSlicePort } from './endpoint-slice.ts';
export type { Namespace } from './namespace.ts';
export type { Service, ServicePort, ServiceSpec } from './service.ts';
export type { Container, ContainerPort, Deployment, Pod, PodSpec } from './workload.ts';

/** The kinds of Kubernetes itself that Postern reads, each with its type. */
export interface CoreTypes {
  readonly Namespace: Namespace;
  readonly Service: Service;
  readonly EndpointSlice: EndpointSlice;
  readonly Secret: Secret;
  readonly ConfigMap: ConfigMap;
  readonly Deployment: Deployment;
  readonly Pod: Pod;
  readonly ClusterTrustBundle: ClusterTrustBundle;
}

export const coreKinds: readonly CoreKind[] = [
  namespaceKind, serviceKind, endpointSliceKind, secretKind, configMapKind, deploymentKind, podKind, clusterTrustBundleKind,
];
