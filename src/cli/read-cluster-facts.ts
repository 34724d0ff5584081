import { CONTROLLER_NAME, ENVOY_CONTROLLER_NAME } from '../controller/index.ts';
import { fleetName } from '../fleet/index.ts';
import { permissionsIn, type ClassFact, type ClusterFacts, type ConditionFact, type ControllerFact, type DataPlaneFact, type GatewayFact, type PermissionFact, type PodFact, type Reading } from '../setup/index.ts';
import type { ClusterClient, KubeObject } from '../source/index.ts';
import { crdFact, shippedManifests } from './shipped-manifests.ts';

/** Reads all that a diagnosis needs; what cannot be read is said in its place. */
export async function readClusterFacts(client: ClusterClient): Promise<ClusterFacts> {
  const server = await tried(() => client.version());
  if ('trouble' in server) return { server, crds: server, controllers: server, permissions: server, classes: server, gateways: server, dataPlanes: server };
  const [crds, controllers, classes] = await Promise.all([
    tried(async () => (await client.list('/apis/apiextensions.k8s.io/v1/customresourcedefinitions')).map(crdFact)),
    tried(() => readControllers(client)),
    tried(async () => (await listOrNone(client, '/apis/gateway.networking.k8s.io/v1/gatewayclasses')).map(classFact)),
  ]);
  const known = 'value' in controllers ? controllers.value : [];
  const names = new Set(known.flatMap((it) => [it.controllerName, ...it.envoyControllerName === undefined ? [] : [it.envoyControllerName]]));
  const ours = 'value' in classes ? classes.value.filter((it) => names.has(it.controllerName)).map((it) => it.name) : [];
  const [permissions, gateways, dataPlanes] = await Promise.all([
    tried(() => readPermissions(client, known)), tried(() => readGateways(client, ours)), tried(() => readDataPlanes(client, known)),
  ]);
  return { server, crds, controllers, permissions, classes, gateways, dataPlanes };
}

async function tried<T>(read: () => Promise<T>): Promise<Reading<T>> {
  try {
    return { value: await read() };
  } catch (error) {
    return { trouble: (error instanceof Error ? error.message : String(error)).trim() };
  }
}

/** The objects of a kind; none where the API server does not know it. */
function listOrNone(client: ClusterClient, path: string): Promise<readonly KubeObject[]> {
  return orNone(client.list(path));
}

/** None, too, where an older program of ours has no such page. */
async function orNone<T>(reading: Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await reading;
  } catch (error) {
    if ((error as { readonly status?: number }).status === 404) return [];
    throw error;
  }
}

interface Deployment extends KubeObject {
  readonly spec: {
    readonly replicas?: number;
    readonly selector: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: { readonly spec: { readonly serviceAccountName?: string; readonly containers: readonly { readonly image: string; readonly args?: readonly string[] }[] } };
  };
  readonly status?: { readonly readyReplicas?: number };
}

async function readControllers(client: ClusterClient): Promise<ControllerFact[]> {
  const deployments = await client.list('/apis/apps/v1/deployments', 'app.kubernetes.io/part-of=postern,app.kubernetes.io/component=controller') as unknown as Deployment[];
  return Promise.all(deployments.map((it) => controllerFact(client, it)));
}

async function controllerFact(client: ClusterClient, { metadata: { namespace = '', name }, spec, status }: Deployment): Promise<ControllerFact> {
  const { containers: [container], serviceAccountName = 'default' } = spec.template.spec;
  const option = (wanted: string): string | undefined => container?.args?.findLast((it) => it.startsWith(`--${wanted}=`))?.slice(wanted.length + 3);
  const [lease, adminPort] = [await readLease(client, option('lease')), option('admin')?.split(':').at(-1)];
  return {
    namespace, name, controllerName: option('controller-name') ?? CONTROLLER_NAME, image: container?.image ?? '', serviceAccount: serviceAccountName,
    wanted: spec.replicas ?? 1, ready: status?.readyReplicas ?? 0, namespaces: option('namespaces')?.split(',') ?? [],
    pods: await readPods(client, namespace, spec.selector.matchLabels ?? {}), ...(lease === undefined ? {} : { lease }),
    ...(adminPort === undefined ? {} : { adminPort: Number(adminPort) }),
    ...envoyClass(option),
  };
}

function envoyClass(option: (wanted: string) => string | undefined): Pick<ControllerFact, 'envoyControllerName'> {
  return option('envoy-image') === undefined ? {} : { envoyControllerName: option('envoy-controller-name') ?? ENVOY_CONTROLLER_NAME };
}

interface Lease extends KubeObject {
  readonly spec?: { readonly holderIdentity?: string; readonly renewTime?: string };
}

async function readLease(client: ClusterClient, key: string | undefined): Promise<ControllerFact['lease']> {
  if (key === undefined) return undefined;
  const [namespace, name] = key.split('/');
  const lease = await client.get(`/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases/${name}`) as Lease | undefined;
  const renewed = Date.parse(lease?.spec?.renewTime ?? '');
  return { key, holder: lease?.spec?.holderIdentity ?? '', ageSeconds: Number.isNaN(renewed) ? 0 : Math.max(0, Math.round((Date.now() - renewed) / 1000)) };
}

interface Waiting {
  readonly reason?: string;
  readonly message?: string;
}

interface Pod extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string; readonly reason?: string }[];
    readonly containerStatuses?: readonly { readonly state?: { readonly waiting?: Waiting; readonly terminated?: Waiting } }[];
  };
}

async function readPods(client: ClusterClient, namespace: string, labels: Readonly<Record<string, string>>): Promise<PodFact[]> {
  const selector = Object.entries(labels).map(([key, value]) => `${key}=${value}`).join(',');
  return (await client.list(`/api/v1/namespaces/${namespace}/pods`, selector) as unknown as Pod[]).map(({ metadata: { name }, status }) => {
    const state = status?.containerStatuses?.[0]?.state;
    const unscheduled = status?.conditions?.find((it) => it.type === 'PodScheduled' && it.status === 'False');
    const why = state?.waiting ?? state?.terminated ?? unscheduled;
    const because = why === undefined ? undefined : [why.reason, why.message].filter((it) => it !== undefined && it !== '').join(': ');
    return { name, isReady: status?.conditions?.some((it) => it.type === 'Ready' && it.status === 'True') === true, ...(because === undefined ? {} : { because }) };
  });
}

/** The data planes that follow the controllers of a cluster. */
export async function readFollowers(client: ClusterClient): Promise<readonly DataPlaneFact[]> {
  return readDataPlanes(client, await readControllers(client));
}

/** Each data plane follows one of the controllers, whose admin endpoint is asked by way of the API server. */
async function readDataPlanes(client: ClusterClient, controllers: readonly ControllerFact[]): Promise<DataPlaneFact[]> {
  const pages = controllers.filter((it) => it.adminPort !== undefined).flatMap(({ namespace, pods, adminPort }) => pods.filter((it) => it.isReady).map((pod) => `/api/v1/namespaces/${namespace}/pods/${pod.name}:${adminPort}/proxy/data-planes`));
  const answers = await Promise.all(pages.map((page) => orNone(client.page<readonly DataPlaneFact[]>(page))));
  return answers.flat();
}

/** Asked for the account of each controller, as far as the manifests give rights. */
async function readPermissions(client: ClusterClient, controllers: readonly ControllerFact[]): Promise<PermissionFact[]> {
  const manifests = await shippedManifests();
  const all = controllers.flatMap(({ namespace, serviceAccount, namespaces }) => permissionsIn(manifests, namespaces).map((permission) => ({ permission, namespace, serviceAccount })));
  const facts: PermissionFact[] = [];
  for (let at = 0; at < all.length; at += 32) {
    facts.push(...await Promise.all(all.slice(at, at + 32).map(async ({ permission, namespace, serviceAccount }) => {
      const user = `system:serviceaccount:${namespace}:${serviceAccount}`;
      const groups = ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'];
      return { ...permission, account: `${namespace}/${serviceAccount}`, isAllowed: await client.isAllowed(permission, { user, groups }) };
    })));
  }
  return facts;
}

function classFact({ metadata: { name }, ...rest }: KubeObject): ClassFact {
  const { spec, status } = rest as { readonly spec?: { readonly controllerName?: string }; readonly status?: { readonly conditions?: readonly ConditionFact[] } };
  return { name, controllerName: spec?.controllerName ?? '', conditions: status?.conditions ?? [] };
}

interface Gateway extends KubeObject {
  readonly spec: { readonly gatewayClassName: string };
  readonly status?: {
    readonly conditions?: readonly ConditionFact[];
    readonly addresses?: readonly { readonly value: string }[];
    readonly listeners?: readonly { readonly name: string; readonly conditions: readonly ConditionFact[] }[];
  };
}

async function readGateways(client: ClusterClient, classes: readonly string[]): Promise<GatewayFact[]> {
  if (classes.length === 0) return [];
  const gateways = await listOrNone(client, '/apis/gateway.networking.k8s.io/v1/gateways') as unknown as Gateway[];
  return Promise.all(gateways.filter((it) => classes.includes(it.spec.gatewayClassName)).map((it) => gatewayFact(client, it)));
}

interface Service extends KubeObject {
  readonly spec: { readonly type: string; readonly clusterIP?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string; readonly hostname?: string }[] } };
}

async function gatewayFact(client: ClusterClient, { metadata: { namespace = '', name, generation = 0 }, spec, status }: Gateway): Promise<GatewayFact> {
  const fleet = fleetName(name, spec.gatewayClassName);
  const [service, deployment] = await Promise.all([
    client.get(`/api/v1/namespaces/${namespace}/services/${fleet}`) as unknown as Promise<Service | undefined>,
    client.get(`/apis/apps/v1/namespaces/${namespace}/deployments/${fleet}`) as unknown as Promise<Deployment | undefined>,
  ]);
  const { conditions = [], addresses = [], listeners = [] } = status ?? {};
  return {
    namespace, name, className: spec.gatewayClassName, generation, conditions, addresses: addresses.map((it) => it.value), listeners,
    ...(service === undefined ? {} : { service: { name: fleet, type: service.spec.type, addresses: addressesOf(service) } }),
    ...(deployment === undefined ? {} : { deployment: { name: fleet, wanted: deployment.spec.replicas ?? 1, ready: deployment.status?.readyReplicas ?? 0 } }),
    pods: deployment === undefined ? [] : await readPods(client, namespace, deployment.spec.selector.matchLabels ?? {}),
  };
}

function addressesOf({ spec, status }: Service): string[] {
  if (spec.type !== 'LoadBalancer') return spec.clusterIP === undefined || spec.clusterIP === 'None' ? [] : [spec.clusterIP];
  return (status?.loadBalancer?.ingress ?? []).flatMap((it) => it.ip ?? it.hostname ?? []);
}
