import type { GatewayPlacement, Placement, Snapshot } from '../contract/index.ts';
import { CONTROLLER_NAME } from '../controller/index.ts';
import type { Known, Meaning } from '../explain/index.ts';
import { type ClusterAccess, openClusterSource } from '../source/index.ts';
import { clusterSettings, type ClusterView } from './cluster-settings.ts';
import { UsageError } from './command.ts';
import { knownOf } from './known-of.ts';
import { type StatedObject, statedKinds } from './stated-object.ts';

/** A cluster that says nothing for so long says nothing at all. Milliseconds. */
const patienceMs = 20_000;

/** Changes of a burst are told together. Milliseconds. */
const gatherMs = 200;

/** What the objects of a cluster mean to its controller, and the endpoints that are there now. Rejects with UsageError where it can't be read. */
export async function knownInCluster(access: ClusterAccess, controllerName: string = CONTROLLER_NAME): Promise<Known & { readonly meaning: Meaning }> {
  const { snapshot, view } = await readCluster(access);
  const settings = clusterSettings({ plane: 'fleet', serviceType: 'LoadBalancer', controllerName })(view);
  return knownOf(snapshot, settings, { endpoints: 'known', placement: placementIn(view) });
}

/** The objects of a cluster that have a status, with the one that is written there. Rejects with UsageError where it can't be read. */
export async function clusterObjects(access: ClusterAccess): Promise<StatedObject[]> {
  const { view } = await readCluster(access);
  return statedKinds.flatMap((kind) => [...view.all(kind)] as unknown as StatedObject[]);
}

/** The same after each change, several at once, until `signal` ends it. Trouble is told in sentences. */
export async function followCluster(access: ClusterAccess, told: { onObjects(objects: StatedObject[]): void; onTrouble(message: string): void }, signal: AbortSignal): Promise<void> {
  let [isDue, isRead] = [false, false];
  const source = openClusterSource(access, {
    onSnapshot: () => {
      isRead = true;
      changed();
    },
    onStatus: () => changed(), onTrouble: (message) => told.onTrouble(message),
  });
  function changed(): void {
    if (isDue || !isRead) return;
    isDue = true;
    setTimeout(() => {
      isDue = false;
      if (!signal.aborted) told.onObjects(statedKinds.flatMap((kind) => [...source.all(kind)] as unknown as StatedObject[]));
    }, gatherMs);
  }
  if (!signal.aborted) await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  source.close();
}

/** The objects of a cluster as they are now. Rejects with UsageError where it can't be read. */
export async function clusterSnapshot(access: ClusterAccess): Promise<Snapshot> {
  return (await readCluster(access)).snapshot;
}

interface Read {
  readonly snapshot: Snapshot;
  readonly view: ClusterView;
}

/** Reads everything once. */
async function readCluster(access: ClusterAccess): Promise<Read> {
  let trouble = 'the API server does not answer';
  const { promise, resolve, reject } = Promise.withResolvers<Snapshot>();
  const source = openClusterSource(access, { onSnapshot: resolve, onStatus: () => undefined, onTrouble: (message) => { trouble = message; } });
  const timer = setTimeout(() => reject(new UsageError(`the cluster can't be read: ${trouble}`)), patienceMs);
  try {
    const snapshot = await promise;
    // What is asked of the source afterwards must not change any more.
    const [served, all] = [new Map(['ClusterTrustBundle'].map((kind) => [kind, source.serves(kind)])), new Map(['ServiceCIDR', 'CustomResourceDefinition', ...statedKinds].map((kind) => [kind, [...source.all(kind)]]))];
    return { snapshot, view: { serves: (kind) => served.get(kind) ?? true, all: (kind) => all.get(kind) ?? [] } };
  } finally {
    clearTimeout(timer);
    source.close();
  }
}

interface Placed {
  readonly metadata?: { readonly namespace?: string; readonly name?: string };
  readonly status?: { readonly addresses?: readonly { readonly type?: string; readonly value: string }[] };
}

/** Where Gateways say that they are. */
function placementIn(view: ClusterView): Placement {
  return new Map(([...view.all('Gateway')] as readonly Placed[]).map(({ metadata, status }): [string, GatewayPlacement] => [`${metadata?.namespace ?? ''}/${metadata?.name ?? ''}`, {
    addresses: (status?.addresses ?? []).map(({ type, value }) => ({ type: type === 'Hostname' ? 'Hostname' : 'IPAddress', value })), bind: ['0.0.0.0'], ports: new Map(),
  }]));
}
