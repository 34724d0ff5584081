import type { Manifest } from '../manifests.ts';
import type { Cluster } from './cluster.ts';
import { pathOf } from './kinds.ts';

/** Groups of kinds that this cluster knows; what belongs to other projects is left out. */
const groups: ReadonlySet<string> = new Set([
  '', 'apps', 'rbac.authorization.k8s.io', 'discovery.k8s.io', 'gateway.networking.k8s.io', 'gateway.networking.x-k8s.io', 'metallb.io', 'postern.dev',
]);

/** Kinds of no namespace. */
const clusterWide: ReadonlySet<string> = new Set(['Namespace', 'GatewayClass', 'ClusterRole', 'ClusterRoleBinding']);

/** Namespaces that a cluster has by itself. */
const standing: ReadonlySet<string> = new Set(['default', 'metallb-system', 'postern-system', 'kube-system']);

const removalSeconds = 90;

/** The objects of a scenario that are in the cluster now. */
export class ApplySet {
  readonly #cluster: Cluster;
  #applied = new Map<string, string>();
  /** What may be there or not, since its last apply came to no end. */
  readonly #doubtful = new Set<string>();
  readonly #namespaces = new Set<string>();
  /** Where data planes may be. */
  readonly #homes = new Set<string>();

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Applies what is new or differs, and deletes what is not wanted any more. */
  async become(objects: readonly Manifest[]): Promise<void> {
    const wanted = new Map(objects.filter(isKnownHere).map((object) => [keyOf(object), JSON.stringify(object)]));
    // In a cluster objects have no place without their namespace, also where no manifest holds it.
    const needed = namespacesOf(objects);
    const isNeeded = (text: string): boolean => { const { kind, metadata } = JSON.parse(text) as Manifest; return kind === 'Namespace' && needed.has(metadata.name); };
    const gone = [...this.#applied].filter(([key, text]) => (wanted.has(key) ? isMadeAnew(text, wanted.get(key) ?? '') : !isNeeded(text))).map(([, text]) => text);
    const changed = [...wanted].filter(([key, text]) => this.#applied.get(key) !== text || this.#doubtful.has(key));
    const { left = [], deleted = [] } = Object.groupBy(gone, (text) => (isOfChart(text) ? 'left' : 'deleted'));
    if (deleted.length > 0) await this.#cluster.mustKubectl(['delete', '--ignore-not-found', '--wait=true', '-f', '-'], listOf(deleted.reverse()));
    if (left.length > 0) await this.#apply(left.map(withoutMore));
    for (const [key] of changed) this.#doubtful.add(key);
    this.#applied = wanted;
    for (const { kind, metadata } of objects) if (kind === 'Gateway') this.#homes.add(metadata.namespace ?? 'default');
    await this.makeRoom(objects);
    if (changed.length > 0) await this.#apply(changed.map(([, text]) => text));
    this.#doubtful.clear();
  }

  async #apply(objects: readonly string[]): Promise<void> {
    await this.#cluster.mustKubectl(['apply', '--server-side', '--force-conflicts', '--field-manager=scenario', '-f', '-'], listOf(objects));
  }

  /** Applies everything at the next time, since somebody else may have changed it. */
  doubt(): void {
    for (const key of this.#applied.keys()) this.#doubtful.add(key);
  }

  /** Deletes all but namespaces, with what Postern made for it. */
  async empty(): Promise<void> {
    await this.become([...this.#applied.values()].map((text) => JSON.parse(text) as Manifest).filter(({ kind }) => kind === 'Namespace'));
    const cluster = this.#cluster;
    const selector = 'gateway.networking.k8s.io/gateway-class-name';
    await cluster.until('the end of all data planes', removalSeconds, async () => {
      const left = await Promise.all([...this.#homes].flatMap((namespace) => ['Service', 'Deployment'].map((kind) => cluster.api.list(pathOf(kind, { namespace, selector })))));
      return left.flat().length === 0 ? true : undefined;
    });
    this.#homes.clear();
  }

  /** Deletes namespaces too. */
  async clear(): Promise<void> {
    await this.empty();
    this.#applied.clear();
    const [...names] = this.#namespaces;
    this.#namespaces.clear();
    if (names.length > 0) await this.#cluster.mustKubectl(['delete', 'namespace', '--ignore-not-found', '--wait=true', ...names]);
  }

  /** Makes the namespaces of objects, where no manifest holds them. */
  async makeRoom(objects: readonly Manifest[]): Promise<void> {
    for (const name of namespacesOf(objects)) {
      if (this.#namespaces.has(name)) continue;
      this.#namespaces.add(name);
      await this.#cluster.mustKubectl(['apply', '--server-side', '--field-manager=scenario', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } }));
    }
  }
}

function namespacesOf(objects: readonly Manifest[]): Set<string> {
  const names = objects.filter(isKnownHere).flatMap(({ kind, metadata }) => (kind === 'Namespace' ? [metadata.name] : clusterWide.has(kind) ? [] : [metadata.namespace ?? 'default']));
  return new Set(names.filter((name) => !standing.has(name)));
}

/** A class cannot go over to another controller. */
function isMadeAnew(before: string, after: string): boolean {
  const [old, next] = [before, after].map((text) => JSON.parse(text) as Manifest);
  return old?.kind === 'GatewayClass' && old.spec.controllerName !== next?.spec.controllerName;
}

/** The class that the chart makes is in the manifests of some scenarios too; when they end it stays, since the next one counts on it. */
function isOfChart(text: string): boolean {
  const { kind, metadata } = JSON.parse(text) as Manifest;
  return kind === 'GatewayClass' && metadata.name === 'postern';
}

/** A class with nothing but its controller. */
function withoutMore(text: string): string {
  const { apiVersion, kind, metadata: { name }, spec: { controllerName } } = JSON.parse(text) as Manifest;
  return JSON.stringify({ apiVersion, kind, metadata: { name }, spec: { controllerName } });
}

function isKnownHere({ apiVersion = '' }: Manifest): boolean {
  return groups.has(apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '');
}

function keyOf({ apiVersion = '', kind, metadata }: Manifest): string {
  return `${apiVersion.replace(/\/.*/, '')} ${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
}

function listOf(objects: readonly string[]): string {
  return `{"apiVersion":"v1","kind":"List","items":[${objects.join(',')}]}`;
}
