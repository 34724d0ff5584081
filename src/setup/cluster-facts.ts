import type { CrdFact } from './crd-judgement.ts';
import type { Permission } from './permissions.ts';

/** What could be read, or why it could not. */
export type Reading<T> = { readonly value: T } | { readonly trouble: string };

export interface ConditionFact {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration?: number;
}

/** A Deployment of Postern's controller. */
export interface ControllerFact {
  readonly namespace: string;
  readonly name: string;
  readonly controllerName: string;
  readonly image: string;
  readonly serviceAccount: string;
  readonly wanted: number;
  readonly ready: number;
  /** Of `--namespaces`; none: all. */
  readonly namespaces: readonly string[];
  readonly pods: readonly PodFact[];
  /** Of its admin endpoint. */
  readonly adminPort?: number;
  /** Of the classes whose data planes are Envoys, where it serves such. */
  readonly envoyControllerName?: string;
  /** `namespace/name` of its Lease, who holds it, and the seconds since it was renewed. */
  readonly lease?: { readonly key: string; readonly holder: string; readonly ageSeconds: number };
}

export interface PodFact {
  readonly name: string;
  readonly isReady: boolean;
  /** Why a container waits or ended, such as `ImagePullBackOff: …`. */
  readonly because?: string;
}

export interface PermissionFact extends Permission {
  readonly account: string;
  readonly isAllowed: boolean;
}

export interface ClassFact {
  readonly name: string;
  readonly controllerName: string;
  readonly conditions: readonly ConditionFact[];
}

export interface GatewayFact {
  readonly namespace: string;
  readonly name: string;
  readonly className: string;
  readonly generation: number;
  readonly conditions: readonly ConditionFact[];
  readonly addresses: readonly string[];
  readonly listeners: readonly { readonly name: string; readonly conditions: readonly ConditionFact[] }[];
  /** The Service that leads to its data planes. */
  readonly service?: { readonly name: string; readonly type: string; readonly addresses: readonly string[] };
  readonly deployment?: { readonly name: string; readonly wanted: number; readonly ready: number };
  readonly pods: readonly PodFact[];
}

/** What a controller says of a data plane that follows it. */
export interface DataPlaneFact {
  /** `namespace/name`. */
  readonly gateway: string;
  readonly name: string;
  readonly state: 'in sync' | 'behind' | 'refused';
  readonly message?: string;
  /** URL of its own administration, where it can be reached from here. */
  readonly admin?: string;
}

/** All that is read of a cluster for a diagnosis. */
export interface ClusterFacts {
  /** `v1.36.3`. */
  readonly server: Reading<string>;
  readonly crds: Reading<readonly CrdFact[]>;
  readonly controllers: Reading<readonly ControllerFact[]>;
  readonly permissions: Reading<readonly PermissionFact[]>;
  readonly classes: Reading<readonly ClassFact[]>;
  readonly gateways: Reading<readonly GatewayFact[]>;
  readonly dataPlanes: Reading<readonly DataPlaneFact[]>;
}
