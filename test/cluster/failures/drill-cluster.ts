/** The cluster of a drill: a release of Postern of its own, a Gateway with two data planes, and two backends. */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { selfSigned } from '../../../src/xds/index.ts';
import { cluster, clusterProgram, kubectl, makeImage, root } from '../postern.ts';
import type { LoadReport } from './load.ts';

export const release = { name: 'drill', namespace: 'drill-system', controllerName: 'drill.postern.dev/controller', className: 'drill' } as const;
export const apps = 'drill';
const repository = 'postern.local/drill';
const echo = 'registry.k8s.io/gateway-api/conformance/echo-basic:v0.1.0';
const lab = process.env['LAB_NAME'] ?? 'postern';
const run = join(process.env['LAB_HOME'] ?? join(homedir(), '.cache/postern-lab'), 'run');

/** Why no drill can be held here, or false. */
export function noCluster(): string | false {
  const { status } = spawnSync(clusterProgram, ['status'], { stdio: 'ignore' });
  return status === 0 ? false : 'no cluster is up: npm run cluster -- up (as root), then -- crds experimental and -- loadbalancer';
}

export function apply(...objects: readonly object[]): void {
  cluster(['kubectl', 'apply', '--server-side', '--force-conflicts', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }) });
}

/** Puts the program as it is built in a checkout into the cluster, and installs or upgrades the release to it, with that checkout's chart. */
export function install(tag: string, checkout = root): void {
  makeImage(repository, tag, checkout);
  const values = { 'image.repository': repository, 'image.tag': tag, controllerName: release.controllerName, 'gatewayClass.name': release.className };
  const sets = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  cluster(['exec', 'helm', 'upgrade', '--install', release.name, join(checkout, 'deploy/chart/postern'), '--namespace', release.namespace, '--create-namespace', '--wait', '--timeout', '120s', ...sets]);
}

export function uninstall(): void {
  kubectl('delete', 'namespace', apps, '--ignore-not-found', '--wait=true');
  cluster(['exec', 'helm', 'uninstall', release.name, '--namespace', release.namespace, '--ignore-not-found', '--wait']);
}

export function certificate(): object {
  const { certificate: chain, key } = selfSigned(['drill.example'], 30, new Date());
  return { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: apps, name: 'tls' }, type: 'kubernetes.io/tls', stringData: { 'tls.crt': chain, 'tls.key': key } };
}

export function route(name: string, word: string): object {
  const rule = name === 'echo' ? { backendRefs: [{ name: 'echo', port: 80 }] } : {
    matches: [{ path: { type: 'PathPrefix', value: `/${name}` } }], filters: [{ type: 'RequestRedirect', requestRedirect: { hostname: `${word}.example` } }],
  };
  return { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute', metadata: { namespace: apps, name }, spec: { parentRefs: [{ name: 'web' }], rules: [rule] } };
}

/** Makes all that is asked, and gives the Gateway's address when it answers from outside. */
export async function setUp(): Promise<string> {
  const labels = { app: 'echo' };
  const container = {
    name: 'echo', image: echo, imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: 3000 }], readinessProbe: { httpGet: { path: '/', port: 3000 }, periodSeconds: 1, timeoutSeconds: 5, failureThreshold: 5 },
    env: ['POD_NAME', 'NAMESPACE'].map((name) => ({ name, valueFrom: { fieldRef: { fieldPath: name === 'NAMESPACE' ? 'metadata.namespace' : 'metadata.name' } } })),
    // A pod that is told to end answers until nobody asks it any more.
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
  };
  apply(
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: apps } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace: apps, name: 'echo' }, spec: { replicas: 2, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } } },
    { apiVersion: 'v1', kind: 'Service', metadata: { namespace: apps, name: 'echo' }, spec: { selector: labels, ports: [{ port: 80, targetPort: 3000 }] } },
    certificate(),
    {
      apiVersion: 'gateway.networking.k8s.io/v1', kind: 'Gateway', metadata: { namespace: apps, name: 'web' },
      spec: { gatewayClassName: release.className, listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }, { name: 'https', port: 443, protocol: 'HTTPS', tls: { certificateRefs: [{ name: 'tls' }] } }] },
    },
    route('echo', ''),
  );
  kubectl('-n', apps, 'rollout', 'status', 'deployment/echo', '--timeout=60s');
  kubectl('-n', apps, 'wait', '--for=condition=Programmed', 'gateway/web', '--timeout=60s');
  kubectl('-n', apps, 'rollout', 'status', 'deployment/web-drill', '--timeout=60s');
  const address = kubectl('-n', apps, 'get', 'gateway', 'web', '-o', 'jsonpath={.status.addresses[0].value}').trim();
  while (outside(`http://${address}/`) !== '200') await sleep(100);
  return address;
}

/** The status of one request from outside the node, and where it was sent on to. */
export function outside(url: string): string {
  const { stdout } = spawnSync(clusterProgram, ['client', 'curl', '-sk', '-o', '/dev/null', '-m', '5', '-w', '%{http_code}%{redirect_url}', url], { encoding: 'utf8' });
  return stdout.trim();
}

/** A client outside the node, until it is ended. */
export class Load {
  readonly #child;
  #output = '';

  constructor(address: string) {
    this.#child = spawn(clusterProgram, ['client', process.execPath, join(import.meta.dirname, 'load.ts'), `http://${address}`, `https://${address}`], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdout.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
    });
  }

  end(): Promise<LoadReport> {
    return new Promise((resolve, reject) => {
      this.#child.once('close', () => {
        try {
          resolve(JSON.parse(this.#output) as LoadReport);
        } catch (error) {
          reject(new Error(`the load said: ${this.#output}`, { cause: error }));
        }
      });
      this.#child.stdin.end();
    });
  }
}

/** A program of the cluster itself: killed, and started again as it was. */
export class NodeProgram {
  readonly #name: string;
  readonly #command: readonly string[];

  constructor(name: 'apiserver' | 'etcd') {
    this.#name = name;
    const parts = readFileSync(`/proc/${this.#pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    this.#command = [join(run, '../bin', name === 'apiserver' ? 'kube-apiserver' : name), ...parts.slice(1)];
  }

  get #pid(): number {
    return Number(readFileSync(join(run, 'pid', this.#name), 'utf8'));
  }

  async kill(): Promise<void> {
    process.kill(this.#pid, 'SIGKILL');
    while (existsSync(`/proc/${this.#pid}`) && !readFileSync(`/proc/${this.#pid}/stat`, 'utf8').includes(') Z ')) await sleep(20);
  }

  /** In the node's network, and among the processes that `cluster down` ends. */
  async start(): Promise<void> {
    const group = existsSync('/sys/fs/cgroup/cgroup.controllers') ? `/sys/fs/cgroup/${lab}-lab/daemons` : `/sys/fs/cgroup/pids/${lab}-lab/daemons`;
    const script = 'echo $$ >"$1/cgroup.procs"; shift; log=$1; shift; exec "$@" >>"$log" 2>&1';
    const child = spawn('bash', ['-c', script, '_', group, join(run, 'log', `${this.#name}.log`), 'nsenter', `--net=/run/netns/${lab}-node`, ...this.#command], { stdio: 'ignore', detached: true });
    child.unref();
    writeFileSync(join(run, 'pid', this.#name), `${child.pid}\n`);
    const isReady = (): boolean => spawnSync(clusterProgram, ['kubectl', 'get', '--raw', '/readyz'], { stdio: 'ignore' }).status === 0;
    while (!isReady()) await sleep(200);
  }
}
