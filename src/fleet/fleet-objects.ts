import { fleetName, labelValue } from './fleet-name.ts';

/** A Gateway that gets a data plane of its own. */
export interface FleetGateway {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly className: string;
  /** Ports of its accepted listeners, each once for a transport. */
  readonly ports: readonly { readonly port: number; readonly transport: 'TCP' | 'UDP' }[];
  /** `spec.infrastructure`. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The load balancer address that it asks for. */
  readonly address?: string;
}

export interface FleetSettings {
  /** Container image of the data plane. */
  readonly image: string;
  /** `host:port` where data planes get their configuration. */
  readonly controlPlane: string;
  readonly replicas: number;
  readonly serviceType: 'LoadBalancer' | 'NodePort' | 'ClusterIP';
  /** ConfigMap in each Gateway's namespace with the authority of the control plane; its name is the fleet's. PEM. */
  readonly authority: string;
}

/** One object to be applied as it is. */
export interface FleetObject {
  readonly apiVersion: string;
  readonly kind: 'ServiceAccount' | 'ConfigMap' | 'Deployment' | 'Service' | 'PodDisruptionBudget';
  readonly metadata: { readonly namespace: string; readonly name: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** Port of the data plane's health and metrics. */
const adminPort = 15021;

/** All objects of one Gateway, in the order in which they are made. */
export function fleetObjects(gateway: FleetGateway, settings: FleetSettings): FleetObject[] {
  const name = fleetName(gateway.name, gateway.className);
  const selector = { 'gateway.networking.k8s.io/gateway-name': labelValue(gateway.name) };
  const metadata = {
    namespace: gateway.namespace, name,
    labels: {
      ...gateway.labels,
      'app.kubernetes.io/name': 'postern', 'app.kubernetes.io/component': 'proxy', 'app.kubernetes.io/managed-by': 'postern',
      ...selector, 'gateway.networking.k8s.io/gateway-class-name': labelValue(gateway.className),
    },
    annotations: { ...gateway.annotations },
    ownerReferences: [{ apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', name: gateway.name, uid: gateway.uid }],
  };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata, automountServiceAccountToken: false },
    { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'ca.crt': settings.authority } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: deployment(gateway, settings, { name, selector, labels: metadata.labels }) },
    { apiVersion: 'v1', kind: 'Service', metadata, spec: service(gateway, settings, selector) },
    { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec: { maxUnavailable: 1, selector: { matchLabels: selector } } },
  ];
}

interface PodParts {
  readonly name: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** Listener ports are not named in it, so that no change of listeners restarts a pod. */
function deployment(gateway: FleetGateway, settings: FleetSettings, { name, selector, labels }: PodParts): object {
  return {
    replicas: settings.replicas,
    selector: { matchLabels: selector },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels, annotations: { ...gateway.annotations } },
      spec: {
        serviceAccountName: name,
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: 60,
        securityContext: {
          runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' },
          // The container is nobody, and listeners have the ports that users want.
          sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
        },
        containers: [container(gateway, settings)],
        volumes: [
          { name: 'state', emptyDir: {} },
          { name: 'authority', configMap: { name } },
          { name: 'identity', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'postern.dev/control-plane', expirationSeconds: 3600 } }] } },
        ],
      },
    },
  };
}

function container({ namespace, name }: FleetGateway, { image, controlPlane }: FleetSettings): object {
  return {
    name: 'proxy', image, imagePullPolicy: 'IfNotPresent',
    args: ['proxy', '--gateway', `${namespace}/${name}`, '--control-plane', controlPlane, '--authority', '/run/postern/authority/ca.crt', '--token-file', '/run/postern/identity/token', '--state', '/var/lib/postern', '--admin', `0.0.0.0:${adminPort}`],
    ports: [{ name: 'admin', containerPort: adminPort }],
    readinessProbe: { httpGet: { path: '/readyz', port: 'admin' }, periodSeconds: 1, failureThreshold: 2 },
    livenessProbe: { httpGet: { path: '/healthz', port: 'admin' }, periodSeconds: 10, failureThreshold: 6 },
    resources: { requests: { cpu: '50m', memory: '96Mi' } },
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'state', mountPath: '/var/lib/postern' },
      { name: 'authority', mountPath: '/run/postern/authority', readOnly: true },
      { name: 'identity', mountPath: '/run/postern/identity', readOnly: true },
    ],
  };
}

function service({ ports, address }: FleetGateway, { serviceType }: FleetSettings, selector: Readonly<Record<string, string>>): object {
  return {
    type: serviceType, selector,
    ...(serviceType === 'ClusterIP' ? {} : { externalTrafficPolicy: 'Local' }),
    ...(address === undefined ? {} : serviceType === 'LoadBalancer' ? { loadBalancerIP: address } : { clusterIP: address }),
    // A Service has at least one port, also while the Gateway has no listener.
    ports: ports.length === 0 ? [servicePort({ port: adminPort, transport: 'TCP' })] : ports.map(servicePort),
  };
}

function servicePort({ port, transport }: FleetGateway['ports'][number]): object {
  return { name: `${transport.toLowerCase()}-${port}`, port, targetPort: port, protocol: transport };
}
