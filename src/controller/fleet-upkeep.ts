import type { GatewayNode, Graph } from '../attach/index.ts';
import { fleetKinds, fleetName, fleetObjects, fleetSelector, type FleetGateway, type FleetKind, type FleetObject, type FleetSettings } from '../fleet/index.ts';
import { Applier, OwnedObjects, type ClusterAccess, type ClusterSource, type OwnedObject } from '../source/index.ts';
import { fleetGateways } from './fleet-gateways.ts';
import { isLeftover, type OwnerView } from './leftovers.ts';
import { withLiveClass, withoutOwnName, type LiveService } from './one-service.ts';

export interface FleetUpkeepOptions {
  /** Read anew for each change, since the authority can change. */
  settings(): FleetSettings;
  /** Only in these; undefined: in all. */
  readonly namespaces?: readonly string[];
  find: ClusterSource['find'];
  /** Whether a data plane carries the traffic of a Gateway, by `namespace/name`, as it is now. */
  isServed(gateway: string): boolean;
  /** The address in the cluster that the Service of a Gateway is to be made with; undefined: any. */
  clusterAddress(gateway: GatewayNode): string | undefined;
  /** What `problemOf` says changed. */
  onNews(): void;
  onTrouble(message: string): void;
}

const apiVersions: Readonly<Record<FleetKind, string>> = {
  ServiceAccount: 'v1', ConfigMap: 'v1', Deployment: 'apps/v1', Service: 'v1', PodDisruptionBudget: 'policy/v1', HorizontalPodAutoscaler: 'autoscaling/v2',
};

/** What is read of a Deployment (apps/v1 DeploymentStatus). */
interface DeploymentStatus {
  readonly readyReplicas?: number;
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
}
/** Looks for leftovers are at least this far apart. Milliseconds. */
const sweepMs = 1000;

/** What was made of a Gateway, so that it is made anew only when something of it changed. */
interface Made {
  readonly text: string;
  readonly objects: readonly FleetObject[];
  /** What of its wishes cannot be, a sentence. */
  readonly note: string | undefined;
}

/** Keeps the objects of all Gateways as they are to be: makes them, makes them again where somebody deletes them, deletes what nothing asks for any more. */
export class FleetUpkeep {
  readonly #options: FleetUpkeepOptions;
  readonly #applier: Applier;
  readonly #owned: OwnedObjects;
  readonly #removing = new Set<string>();
  /** What was last said of the pods of a Deployment. */
  readonly #pods = new Map<string, string>();
  #made: ReadonlyMap<string, Made> = new Map();
  /** Services that are gone, by `namespace/name`, until the snapshots know it too. */
  readonly #gone = new Map<string, OwnedObject>();
  /** Why Gateways get no objects, a sentence each. */
  #without: ReadonlyMap<string, string> = new Map();
  #leads = true;
  #timer: NodeJS.Timeout | undefined;

  constructor(access: ClusterAccess, options: FleetUpkeepOptions) {
    this.#options = options;
    this.#applier = new Applier(access, (message) => options.onTrouble(message), { onProblems: () => options.onNews() });
    this.#owned = new OwnedObjects(access, {
      kinds: fleetKinds.map((kind) => ({ apiVersion: apiVersions[kind], kind, hasStatus: kind === 'Deployment' })), labelSelector: fleetSelector,
      ...(options.namespaces === undefined ? {} : { namespaces: options.namespaces }),
      onSeen: (object) => {
        this.#sweepSoon();
        if (object.kind === 'Deployment') this.#noticePods(object);
      },
      onGone: (object) => {
        this.#pods.delete(object.metadata.uid);
        this.#lost(object);
      },
      onTrouble: (message) => options.onTrouble(message),
    });
  }

  /** Takes what is to be there now; the Gateways that get a data plane. */
  apply(graph: Graph): readonly FleetGateway[] {
    const gateways = fleetGateways(graph, this.#options.clusterAddress);
    const find = (key: string): LiveService | undefined => this.#options.find('Service', key) as LiveService | undefined;
    this.#without = withoutOwnName(gateways, find);
    const before = this.#made;
    this.#made = new Map(gateways.filter((it) => !this.#without.has(keyOf(it))).map((it) => [keyOf(it), this.#make(it, find(objectsKey(it)), before.get(keyOf(it)))]));
    if (before.size !== this.#made.size || [...this.#made].some(([key, made]) => before.get(key) !== made)) this.#applier.want([...this.#made.values()].flatMap((it) => it.objects));
    this.#makeAgain();
    if (this.#leads) this.#owned.start();
    this.#sweepSoon();
    return gateways;
  }

  /** An object is to be made again. A Service waits: what can't be changed of it can be asked for anew only once nobody takes the old one for alive. */
  #lost(object: OwnedObject): void {
    if (object.kind !== 'Service') return this.#applier.lost(object);
    this.#gone.set(`${object.metadata.namespace}/${object.metadata.name}`, object);
    this.#options.onNews();
  }

  #makeAgain(): void {
    for (const [key, object] of this.#gone) {
      if (this.#options.find('Service', key)?.metadata.uid === object.metadata.uid) continue;
      this.#gone.delete(key);
      this.#applier.lost(object);
    }
  }

  #make(wanted: FleetGateway, live: LiveService | undefined, known: Made | undefined): Made {
    const settings = this.#options.settings();
    const { gateway, note } = withLiveClass(wanted, live);
    const text = JSON.stringify([gateway, settings, note]);
    return known?.text === text ? known : { text, objects: fleetObjects(gateway, settings), note };
  }

  /** Whether this process is the one that writes. */
  lead(leads: boolean): void {
    this.#leads = leads;
    this.#applier.pause(!leads);
    // What is to be there has to be known before anything can be superfluous.
    if (!leads) this.#owned.stop();
    else if (this.#made.size > 0) this.#owned.start();
  }

  /** Resolves when it is known what is there, so that nothing is taken for missing. */
  async read(): Promise<void> {
    if (this.#leads) await this.#owned.read();
  }

  /** Why an object of the Gateway is not as it should be, a sentence; undefined where all are. */
  problemOf(gateway: FleetGateway): string | undefined {
    const key = objectsKey(gateway);
    const failure = failureIn(this.#statusOf(key));
    return this.#without.get(keyOf(gateway)) ?? this.#applier.problemOf(key)
      ?? (failure === undefined ? this.#made.get(keyOf(gateway))?.note : `Deployment ${key} cannot make pods: ${failure}`);
  }

  /** Whether pods of the Gateway are ready: then they have a configuration, from whomever. */
  hasReadyPods(gateway: NamedGateway): boolean {
    return this.#made.has(keyOf(gateway)) && hasReady(this.#statusOf(objectsKey(gateway)));
  }

  #statusOf(key: string): DeploymentStatus | undefined {
    return this.#owned.find('Deployment', key)?.status;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#owned.close();
    this.#applier.close();
  }

  #noticePods({ metadata: { uid }, status }: OwnedObject): void {
    const now = JSON.stringify([hasReady(status), failureIn(status)]);
    if (this.#pods.get(uid) === now) return;
    this.#pods.set(uid, now);
    this.#options.onNews();
  }

  #sweepSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#sweep();
    }, sweepMs).unref();
  }

  #sweep(): void {
    const view = this.#view();
    for (const object of this.#owned.all) {
      const { uid } = object.metadata;
      if (this.#removing.has(uid) || !isLeftover(object, view)) continue;
      this.#removing.add(uid);
      void this.#remove(object).finally(() => this.#removing.delete(uid));
    }
  }

  async #remove(object: OwnedObject): Promise<void> {
    try {
      await this.#owned.remove(object);
    } catch (error) {
      this.#options.onTrouble(`${object.kind} ${object.metadata.namespace}/${object.metadata.name} is no longer asked for and could not be deleted: ${error instanceof Error ? error.message : String(error)}`);
      this.#sweepSoon();
    }
  }

  #view(): OwnerView {
    const { find, settings, isServed } = this.#options;
    return {
      controllerName: settings().controllerName,
      gateway(key) {
        const found = find('Gateway', key) as { readonly metadata: { readonly uid: string }; readonly spec?: { readonly gatewayClassName?: string } } | undefined;
        return found === undefined ? undefined : { uid: found.metadata.uid, className: found.spec?.gatewayClassName ?? '' };
      },
      controllerOf: (className) => (find('GatewayClass', className) as { readonly spec?: { readonly controllerName?: string } } | undefined)?.spec?.controllerName,
      stateOf: (key) => (!this.#made.has(key) ? 'refused' : isServed(key) ? 'served' : 'wanted'),
      wants: (object) => this.#applier.wants(object),
    };
  }
}

type NamedGateway = Pick<FleetGateway, 'namespace' | 'name' | 'className'>;

function keyOf({ namespace, name }: NamedGateway): string {
  return `${namespace}/${name}`;
}

/** `namespace/name` of the objects of a Gateway. */
function objectsKey({ namespace, name, className }: NamedGateway): string {
  return `${namespace}/${fleetName(name, className)}`;
}

function hasReady(status: DeploymentStatus | undefined): boolean {
  return (status?.readyReplicas ?? 0) > 0;
}

/** Quotas, Pod Security and admission webhooks refuse pods, not their Deployment. */
function failureIn(status: DeploymentStatus | undefined): string | undefined {
  const failure = status?.conditions?.find((it) => it.type === 'ReplicaFailure' && it.status === 'True');
  return failure === undefined ? undefined : failure.message ?? 'no reason given';
}
