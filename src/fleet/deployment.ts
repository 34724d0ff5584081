import { adminPort, podTimes, resources } from './container-settings.ts';
import { envoyContainer, filesAnnotation, filesMark } from './envoy-container.ts';
import type { FleetGateway, FleetParameters, FleetSettings } from './fleet-gateway.ts';
import type { Identity } from './identity.ts';

/** `spec` of the Deployment. Listener ports are not named in it, so that no change of listeners restarts a pod. */
export function deployment(gateway: FleetGateway, settings: FleetSettings, identity: Identity): object {
  const { pod = {} } = gateway.parameters ?? {};
  return {
    // Where an autoscaler decides, the number is not ours.
    ...(gateway.parameters?.autoscaling === undefined ? { replicas: replicasOf(gateway, settings) } : {}),
    selector: { matchLabels: identity.selector },
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } },
    template: {
      metadata: { labels: { ...pod.labels, ...identity.labels }, annotations: { ...gateway.annotations, ...pod.annotations, ...(settings.envoy === undefined ? {} : { [filesAnnotation]: filesMark(settings) }) } },
      spec: {
        serviceAccountName: identity.name,
        automountServiceAccountToken: false,
        terminationGracePeriodSeconds: podTimes(gateway).mostSeconds,
        securityContext: {
          runAsNonRoot: true, runAsUser: 65532, runAsGroup: 65532, fsGroup: 65532, seccompProfile: { type: 'RuntimeDefault' },
          // The container is nobody, and listeners have the ports that users want.
          sysctls: [{ name: 'net.ipv4.ip_unprivileged_port_start', value: '0' }],
        },
        ...placement(pod, identity),
        ...(pod.imagePullSecrets === undefined ? {} : { imagePullSecrets: pod.imagePullSecrets }),
        containers: [settings.envoy === undefined ? container(gateway, settings) : envoyContainer(gateway, settings)],
        volumes: [
          ...(settings.envoy === undefined ? [{ name: 'state', emptyDir: {} }] : []),
          { name: 'authority', configMap: { name: identity.name } },
          { name: 'identity', projected: { sources: [{ serviceAccountToken: { path: 'token', audience: 'postern.dev/control-plane', expirationSeconds: 3600 } }] } },
        ],
      },
    },
  };
}

/** How many data planes there are, or, where an autoscaler decides, are at least. */
export function replicasOf({ parameters }: FleetGateway, { replicas }: FleetSettings): number {
  if (parameters?.autoscaling !== undefined) return parameters.autoscaling.minReplicas ?? Math.min(2, parameters.autoscaling.maxReplicas ?? 2);
  return parameters?.replicas ?? replicas;
}

/** Which nodes: without a wish, as many different ones as there are. */
function placement({ nodeSelector, tolerations, affinity, priorityClassName, topologySpreadConstraints }: NonNullable<FleetParameters['pod']>, { selector }: Identity): object {
  const spread = topologySpreadConstraints ?? [{ maxSkew: 1, topologyKey: 'kubernetes.io/hostname', whenUnsatisfiable: 'ScheduleAnyway' }];
  return {
    ...(nodeSelector === undefined ? {} : { nodeSelector }),
    ...(tolerations === undefined ? {} : { tolerations }),
    ...(affinity === undefined ? {} : { affinity }),
    ...(priorityClassName === undefined ? {} : { priorityClassName }),
    ...(spread.length === 0 ? {} : { topologySpreadConstraints: spread.map((it) => ({ labelSelector: { matchLabels: selector }, ...it })) }),
  };
}

function container(gateway: FleetGateway, settings: FleetSettings): object {
  const { proxy = {} } = gateway.parameters ?? {};
  return {
    name: 'proxy', image: proxy.image ?? settings.image, imagePullPolicy: proxy.imagePullPolicy ?? 'IfNotPresent',
    args: programArguments(gateway, settings),
    ports: [{ name: 'admin', containerPort: adminPort }],
    // A machine that is short of time makes all pods slow at once, which is no reason to have none.
    readinessProbe: { httpGet: { path: '/readyz', port: 'admin' }, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { httpGet: { path: '/healthz', port: 'admin' }, periodSeconds: 10, failureThreshold: 6 },
    resources: resources(proxy.resources),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'state', mountPath: '/var/lib/postern' },
      { name: 'authority', mountPath: '/run/postern/authority', readOnly: true },
      { name: 'identity', mountPath: '/run/postern/identity', readOnly: true },
    ],
  };
}

function programArguments(gateway: FleetGateway, { controlPlane }: FleetSettings): string[] {
  const { namespace, name, parameters: { proxy = {} } = {} } = gateway;
  const { delaySeconds, drainSeconds } = podTimes(gateway);
  const log = proxy.accessLog ?? 'None';
  return [
    'proxy', '--gateway', `${namespace}/${name}`, '--control-plane', controlPlane,
    '--authority', '/run/postern/authority/ca.crt', '--token-file', '/run/postern/identity/token', '--state', '/var/lib/postern', '--admin', `0.0.0.0:${adminPort}`,
    '--drain-delay', String(delaySeconds), '--drain-time', String(drainSeconds),
    ...(proxy.workers === undefined ? [] : ['--workers', String(proxy.workers)]),
    ...(log === 'None' ? [] : ['--access-log', '-', '--access-log-format', log.toLowerCase()]),
    ...(proxy.metricsByRoute === true ? ['--metrics-by-route'] : []),
    ...(proxy.causeHeader === true ? ['--cause-header'] : []),
  ];
}
