import { adminPort, podTimes, resources } from './container-settings.ts';
import type { FleetGateway, FleetSettings } from './fleet-gateway.ts';
import { hash } from './fleet-name.ts';

/** Port of Envoy's own administration, on loopback alone: whoever reaches it may do anything. */
export const envoyAdminPort = 15000;
/** Threads of an Envoy, where nobody says it: of its own it takes one for each core of the node. */
const usualThreads = 2;

export const envoyPaths = { authority: '/run/postern/authority/ca.crt', token: '/run/postern/identity/token' } as const;

/** Files of the ConfigMap beside the authority. */
export function envoyFiles({ bootstrap }: NonNullable<FleetSettings['envoy']>): Readonly<Record<string, string>> {
  return { 'bootstrap.json': bootstrap, 'drain.sh': drainScript };
}

/** An Envoy reads its files once, so its pods are replaced when they change. */
export const filesAnnotation = 'postern.dev/files';

export function filesMark({ authority, envoy }: FleetSettings): string {
  return hash(authority + JSON.stringify(envoy));
}

/** The container of an Envoy. Its image has bash, as the official one has, by which it is drained. */
export function envoyContainer(gateway: FleetGateway, settings: FleetSettings): object {
  const { namespace, name, parameters: { proxy = {} } = {} } = gateway;
  const { delaySeconds, drainSeconds } = podTimes(gateway);
  return {
    name: 'proxy', image: proxy.image ?? settings.image, imagePullPolicy: proxy.imagePullPolicy ?? 'IfNotPresent',
    command: ['envoy'],
    args: [
      '-c', '/run/postern/authority/bootstrap.json', '--service-node', `${namespace}/${name}#$(POD_NAME)`, '--concurrency', String(proxy.workers ?? usualThreads),
      '--log-level', 'warning', '--disable-hot-restart', '--drain-time-s', String(Math.max(1, drainSeconds)), '--drain-strategy', 'immediate',
    ],
    env: [{ name: 'POD_NAME', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
    ports: [{ name: 'admin', containerPort: adminPort }],
    readinessProbe: { httpGet: { path: '/readyz', port: 'admin' }, periodSeconds: 1, timeoutSeconds: 3, failureThreshold: 3 },
    livenessProbe: { httpGet: { path: '/healthz', port: 'admin' }, periodSeconds: 10, failureThreshold: 6 },
    lifecycle: { preStop: { exec: { command: ['bash', '/run/postern/authority/drain.sh', String(delaySeconds), String(drainSeconds)] } } },
    resources: resources(proxy.resources),
    securityContext: { allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } },
    volumeMounts: [
      { name: 'authority', mountPath: '/run/postern/authority', readOnly: true },
      { name: 'identity', mountPath: '/run/postern/identity', readOnly: true },
    ],
  };
}

/**
 * Ends an Envoy as native data planes end: not ready at once, on for the delay, then connections are told to close and have their time. Nothing but bash,
 * since images of Envoy have little else.
 */
const drainScript = `# drain.sh DELAY-SECONDS DRAIN-SECONDS
pause() { read -rt "$1" <> <(:) || :; }
ask() {
  exec 3<>/dev/tcp/127.0.0.1/${envoyAdminPort} || return
  printf '%s %s HTTP/1.1\\r\\nHost: localhost\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n' "$1" "$2" >&3
  local line
  while IFS= read -r line <&3; do echo "$line"; done
  exec 3>&-
}
ask POST /healthcheck/fail >/dev/null
pause "$1"
ask POST '/drain_listeners?graceful&skip_exit' >/dev/null
for ((left = $2; left > 0; left--)); do
  active=0
  while IFS=' ' read -r name value; do
    case $name in
      http.admin.*|http.postern-*) ;;
      *_active:) value=\${value%$'\\r'}; active=$((active + value)) ;;
    esac
  done < <(ask GET '/stats?filter=^(http|tcp|udp)\\..*\\.downstream_(cx|sess)_active$')
  ((active > 0)) || break
  pause 1
done
`;
