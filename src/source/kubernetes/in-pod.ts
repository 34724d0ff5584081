import { existsSync, readFileSync } from 'node:fs';
import type { ClusterAccess } from './cluster-access.ts';

/** The kubelet renews the file long before its token ends. */
const tokenMs = 10_000;
const account = '/var/run/secrets/kubernetes.io/serviceaccount';

/** The API server of the cluster that this process runs in, as the pod's service account; undefined outside of one. */
export function inPod(): ClusterAccess | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = process.env;
  if (host === undefined || port === undefined || !existsSync(`${account}/token`)) return undefined;
  let known = { token: '', readAt: -Infinity };
  const token = (): string => {
    const now = performance.now();
    if (now - known.readAt > tokenMs) known = { token: readFileSync(`${account}/token`, 'utf8').trim(), readAt: now };
    return known.token;
  };
  return {
    server: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    ca: readFileSync(`${account}/ca.crt`, 'utf8'),
    token: () => Promise.resolve(token()),
  };
}
