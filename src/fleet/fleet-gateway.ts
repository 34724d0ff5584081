/** A Gateway that gets a data plane of its own. */
export interface FleetGateway {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly className: string;
  /** Ports of its accepted listeners, each once for a transport. */
  readonly ports: readonly FleetPort[];
  /** `spec.infrastructure`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The load balancer address that it asks for. */
  readonly address?: string;
  /** The address in the cluster that its Service is to have. */
  readonly clusterAddress?: string;
  /** All it asks for is to be reached from the cluster: no address may lead to it from elsewhere (GEP-5093). */
  readonly isInternal?: true;
  /** What was said of how its data planes are run; absent: nothing. */
  readonly parameters?: FleetParameters;
  /** Strategic-merge patches of its objects, in the order in which they are applied. */
  readonly patches?: readonly FleetPatches[];
}

export interface FleetPort {
  readonly port: number;
  readonly transport: 'TCP' | 'UDP';
}

type StringMap = Readonly<Record<string, string>>;
type Loose = Readonly<Record<string, unknown>>;

/** How data planes are run, as far as somebody said so: the shape of `spec` of GatewayParameters, whose CRD explains the fields. */
export interface FleetParameters {
  readonly replicas?: number;
  readonly autoscaling?: {
    readonly minReplicas?: number;
    readonly maxReplicas?: number;
    readonly targetCPUUtilizationPercentage?: number;
    readonly targetMemoryUtilizationPercentage?: number;
  };
  readonly service?: {
    readonly type?: ServiceType;
    readonly loadBalancerClass?: string;
    readonly externalTrafficPolicy?: 'Local' | 'Cluster';
    readonly allocateLoadBalancerNodePorts?: boolean;
    readonly loadBalancerSourceRanges?: readonly string[];
    readonly ipFamilyPolicy?: string;
    readonly ipFamilies?: readonly string[];
    readonly nodePorts?: readonly { readonly port: number; readonly protocol: 'TCP' | 'UDP'; readonly nodePort: number }[];
    readonly annotations?: StringMap;
    readonly labels?: StringMap;
  };
  readonly pod?: {
    readonly annotations?: StringMap;
    readonly labels?: StringMap;
    readonly nodeSelector?: StringMap;
    readonly tolerations?: readonly object[];
    readonly affinity?: Loose;
    readonly topologySpreadConstraints?: readonly { readonly labelSelector?: Loose }[];
    readonly priorityClassName?: string;
    readonly imagePullSecrets?: readonly { readonly name: string }[];
  };
  readonly proxy?: {
    readonly image?: string;
    readonly imagePullPolicy?: string;
    readonly resources?: Resources;
    readonly workers?: number;
    readonly accessLog?: 'None' | 'JSON' | 'Text';
    readonly metricsByRoute?: boolean;
    readonly causeHeader?: boolean;
  };
  readonly shutdown?: { readonly delaySeconds?: number; readonly drainSeconds?: number };
}

export interface Resources {
  readonly requests?: Readonly<Record<string, number | string>>;
  readonly limits?: Readonly<Record<string, number | string>>;
}

export type ServiceType = 'LoadBalancer' | 'NodePort' | 'ClusterIP';

/** By kind. */
export interface FleetPatches {
  readonly deployment?: Loose;
  readonly service?: Loose;
  readonly serviceAccount?: Loose;
  readonly podDisruptionBudget?: Loose;
  readonly horizontalPodAutoscaler?: Loose;
}

/** What holds where the parameters of a Gateway say nothing. */
export interface FleetSettings {
  /** Whose the objects are; two controllers in a cluster leave each other's alone. */
  readonly controllerName: string;
  /** Container image of the data plane. */
  readonly image: string;
  /** `host:port` where data planes get their configuration. */
  readonly controlPlane: string;
  readonly replicas: number;
  readonly serviceType: ServiceType;
  /** Data planes are Envoys, which begin with this (envoy.config.bootstrap.v3 as JSON); absent: they are native. */
  readonly envoy?: { readonly bootstrap: string };
  /** Goes to a ConfigMap in each Gateway's namespace: who vouches for the control plane. PEM. */
  readonly authority: string;
}

/** Kinds of objects that are made. */
export const fleetKinds = ['ServiceAccount', 'ConfigMap', 'Deployment', 'Service', 'PodDisruptionBudget', 'HorizontalPodAutoscaler'] as const;
export type FleetKind = typeof fleetKinds[number];

/** One object to be applied as it is. */
export interface FleetObject {
  readonly apiVersion: string;
  readonly kind: FleetKind;
  readonly metadata: { readonly namespace: string; readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}
