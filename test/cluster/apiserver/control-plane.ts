/** etcd and kube-apiserver alone, for tests that need a real API and no pods. */
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse } from 'yaml';
import { ApiClient } from '../../../src/source/kubernetes/api-client.ts';
import type { ClusterAccess } from '../../../src/source/index.ts';
import { selfSigned } from '../../../src/xds/index.ts';
import { Daemon } from './daemon.ts';
import { programPath } from './programs.ts';

export interface ControlPlaneOptions {
  /** Whether the CRDs of `vendor/` and `deploy/` are there; true if not given. */
  readonly crds?: boolean;
  /** More arguments of kube-apiserver. */
  readonly flags?: readonly string[];
}

/** Who may ask: `admin` may do everything, the others what a test grants them by RBAC. */
export type User = 'admin' | 'controller' | 'stranger';
const groups: Readonly<Record<User, string>> = { admin: 'system:masters', controller: 'postern', stranger: 'strangers' };

interface Crd {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly group: string; readonly names: { readonly plural: string }; readonly versions: readonly { readonly name: string; readonly served: boolean }[] };
}

const crdFolders = ['vendor/gateway-api/crds', 'deploy/crds'].map((name) => join(import.meta.dirname, '../../..', name));

export class ControlPlane {
  readonly etcd: Daemon;
  readonly apiserver: Daemon;
  /** As admin. */
  readonly client: ApiClient;
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #ca: string;

  private constructor(folder: string, ports: Ports, flags: readonly string[]) {
    this.#folder = folder;
    this.#ports = ports;
    this.#ca = writeFiles(folder);
    this.etcd = etcd(folder, ports);
    this.client = new ApiClient(this.access());
    this.apiserver = apiserver(folder, ports, flags, this.client); // oxlint-disable-line max-params
  }

  /** Up and ready, with the CRDs established. */
  static async start({ crds = true, flags = [] }: ControlPlaneOptions = {}): Promise<ControlPlane> {
    const plane = new ControlPlane(mkdtempSync(join(tmpdir(), 'postern-apiserver-')), await freePorts(), flags);
    try {
      await plane.etcd.start();
      await plane.apiserver.start();
      if (crds) await plane.applyCrds();
      return plane;
    } catch (error) {
      await plane.close();
      throw error;
    }
  }

  /** `server`: another way to it, as `Way` gives one. */
  access(user: User = 'admin', server = new URL(`https://127.0.0.1:${this.#ports.apiserver}`)): ClusterAccess {
    return { server, ca: this.#ca, token: () => Promise.resolve(tokenOf(user)) };
  }

  get port(): number {
    return this.#ports.apiserver;
  }

  /** Makes the CRDs whose name has this in it, and waits until they are served. */
  async applyCrds(part = ''): Promise<void> {
    await Promise.all(crdsWith(part).map((crd) => this.client.call({ method: 'POST', path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions`, body: crd })));
    for (const crd of crdsWith(part)) await this.#untilServed(crd, true);
  }

  /** Takes a CRD away, with all its objects. */
  async removeCrd(name: string): Promise<void> {
    await this.client.call({ method: 'DELETE', path: `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${name}` });
    await this.#untilServed(crdsWith(name)[0]!, false);
  }

  /** etcd forgets everything but the newest state. */
  async compact(): Promise<void> {
    const ask = async (path: string, body: object): Promise<unknown> => {
      const response = await fetch(`http://127.0.0.1:${this.#ports.etcd}${path}`, { method: 'POST', body: JSON.stringify(body) });
      if (!response.ok) throw new Error(`etcd: ${await response.text()}`);
      return response.json();
    };
    const { header } = await ask('/v3/kv/range', { key: Buffer.from('none').toString('base64') }) as { header: { revision: string } };
    await ask('/v3/kv/compaction', { revision: header.revision, physical: true });
  }

  async #untilServed({ spec }: Crd, isWanted: boolean): Promise<void> {
    const version = spec.versions.find((it) => it.served)!.name;
    const isServed = (): Promise<boolean> => this.client.call({ method: 'GET', path: `/apis/${spec.group}/${version}/${spec.names.plural}`, query: { limit: '1' } }).then(() => true, () => false);
    while (await isServed() !== isWanted) await sleep(50);
  }

  async close(): Promise<void> {
    this.client.close();
    await this.apiserver.kill();
    await this.etcd.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

interface Ports {
  readonly etcd: number;
  readonly peer: number;
  readonly apiserver: number;
}

/** The kernel's, and free again: the programs have to be told numbers that outlive a restart. */
async function freePorts(): Promise<Ports> {
  const servers = await Promise.all([1, 2, 3].map(() => new Promise<ReturnType<typeof createServer>>((resolve, reject) => {
    const server = createServer().once('error', reject).listen(0, '127.0.0.1', () => resolve(server));
  })));
  const [first, second, third] = servers.map((it) => (it.address() as AddressInfo).port);
  await Promise.all(servers.map((it) => new Promise((resolve) => it.close(resolve))));
  return { etcd: first!, peer: second!, apiserver: third! };
}

function tokenOf(user: User): string {
  return `token-of-${user}`;
}

/** Keys and tokens; the authority that vouches for the API server is what it gives back. */
function writeFiles(folder: string): string {
  const { certificate, key } = selfSigned(['127.0.0.1', 'localhost'], 30, new Date());
  const account = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const files = {
    'server.crt': certificate, 'server.key': key,
    'account.key': account.privateKey.export({ type: 'sec1', format: 'pem' }), 'account.pub': account.publicKey.export({ type: 'spki', format: 'pem' }),
    'tokens.csv': Object.entries(groups).map(([user, group]) => `${tokenOf(user as User)},${user},${user},"${group}"\n`).join(''),
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text, { mode: 0o600 });
  return certificate;
}

function etcd(folder: string, ports: Ports): Daemon {
  const [clients, peers] = [`http://127.0.0.1:${ports.etcd}`, `http://127.0.0.1:${ports.peer}`];
  return new Daemon({
    program: programPath('etcd'), log: join(folder, 'etcd.log'),
    args: [
      '--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync', '--log-level', 'warn', '--listen-client-urls', clients, '--advertise-client-urls', clients,
      '--listen-peer-urls', peers, '--initial-advertise-peer-urls', peers, '--initial-cluster', `default=${peers}`,
    ],
    isReady: async () => (await fetch(`${clients}/health`)).ok,
  });
}

function apiserver(folder: string, ports: Ports, flags: readonly string[], client: ApiClient): Daemon { // oxlint-disable-line max-params -- its world.
  const file = (name: string): string => join(folder, name);
  return new Daemon({
    program: programPath('kube-apiserver'), log: file('apiserver.log'),
    args: [
      `--etcd-servers=http://127.0.0.1:${ports.etcd}`, '--bind-address=127.0.0.1', `--secure-port=${ports.apiserver}`, '--advertise-address=127.0.0.1',
      '--endpoint-reconciler-type=none', '--service-cluster-ip-range=10.96.0.0/16', '--authorization-mode=RBAC', `--token-auth-file=${file('tokens.csv')}`,
      // Nobody makes the accounts that pods would need here.
      '--disable-admission-plugins=ServiceAccount',
      `--tls-cert-file=${file('server.crt')}`, `--tls-private-key-file=${file('server.key')}`, '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${file('account.pub')}`, `--service-account-signing-key-file=${file('account.key')}`, ...flags,
    ],
    isReady: async () => {
      const answer = await client.open({ method: 'GET', path: '/readyz' });
      answer.resume();
      return answer.statusCode === 200;
    },
  });
}

function crdsWith(part: string): Crd[] {
  return crdFolders.flatMap((folder) => readdirSync(folder).map((name) => parse(readFileSync(join(folder, name), 'utf8')) as Crd)).filter((it) => it.metadata.name.includes(part));
}
