import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { promisify } from 'node:util';
import { AccessError, type ClusterAccess } from './cluster-access.ts';
import { inPod } from './in-pod.ts';

/** The parts of a kubeconfig that say how a server is reached (client.authentication.k8s.io, clientcmd v1). */
interface Kubeconfig {
  readonly 'current-context'?: string;
  readonly contexts?: readonly { readonly name: string; readonly context: { readonly cluster: string; readonly user?: string } }[];
  readonly clusters?: readonly { readonly name: string; readonly cluster: Cluster }[];
  readonly users?: readonly { readonly name: string; readonly user: User }[];
}

interface Cluster {
  readonly server: string;
  readonly 'certificate-authority'?: string;
  readonly 'certificate-authority-data'?: string;
  readonly 'insecure-skip-tls-verify'?: boolean;
  readonly 'tls-server-name'?: string;
}

interface User {
  readonly 'client-certificate'?: string;
  readonly 'client-certificate-data'?: string;
  readonly 'client-key'?: string;
  readonly 'client-key-data'?: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly exec?: Exec;
}

interface Exec {
  readonly apiVersion: string;
  readonly command: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
}

/** The file and context to use; both are found as kubectl finds them where they are not given. */
export interface KubeconfigChoice {
  readonly file?: string;
  readonly context?: string;
}

/** Reads how the cluster is reached: the file given, else `$KUBECONFIG`, else the pod's own account, else `~/.kube/config`. Throws AccessError. */
export async function clusterAccess({ file, context }: KubeconfigChoice = {}): Promise<ClusterAccess> {
  const named = file ?? process.env['KUBECONFIG']?.split(':')[0];
  if (named === undefined || named === '') {
    const pod = inPod();
    if (pod !== undefined && context === undefined) return pod;
  }
  const path = named === undefined || named === '' ? resolve(homedir(), '.kube/config') : named;
  const { parse } = await import('yaml');
  return accessOf(parse(readOrExplain(path)) as Kubeconfig, path, context);
}

function readOrExplain(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new AccessError(`${path}: ${code === 'ENOENT' ? 'there is no such file' : code ?? 'unreadable'}; name a kubeconfig with --kubeconfig or $KUBECONFIG`, { cause: error });
  }
}

/** What a kubeconfig at `path` says of a context, its current one where none is named. Throws AccessError. */
export function accessOf(config: Kubeconfig | null, path: string, wanted?: string): ClusterAccess {
  const { contexts = [], clusters = [], users = [] } = config ?? {};
  const name = wanted ?? config?.['current-context'] ?? '';
  const found = contexts.find((it) => it.name === name)?.context;
  if (found === undefined) throw new AccessError(`${path}: no context "${name}"; it has ${contexts.map((it) => it.name).join(', ') || 'none'}`);
  const cluster = clusters.find((it) => it.name === found.cluster)?.cluster;
  if (cluster === undefined) throw new AccessError(`${path}: context "${name}" names the cluster "${found.cluster}", which is not there`);
  const user = users.find((it) => it.name === found.user)?.user ?? {};
  const read = (file: string): string => readOrExplain(resolve(dirname(path), file));
  return { server: serverOf(cluster.server, path), ...trustIn(cluster, read), ...certificateOf(user, read), token: tokenOf(user, read) };
}

type Read = (file: string) => string;

function given(data: string | undefined, file: string | undefined, read: Read): string | undefined {
  if (data !== undefined) return Buffer.from(data, 'base64').toString('utf8');
  return file === undefined ? undefined : read(file);
}

function trustIn(cluster: Cluster, read: Read): Pick<ClusterAccess, 'ca' | 'serverName' | 'skipVerification'> {
  const ca = given(cluster['certificate-authority-data'], cluster['certificate-authority'], read);
  return {
    ...(ca === undefined ? {} : { ca }),
    ...(cluster['tls-server-name'] === undefined ? {} : { serverName: cluster['tls-server-name'] }),
    ...(cluster['insecure-skip-tls-verify'] === true ? { skipVerification: true } : {}),
  };
}

function certificateOf(user: User, read: Read): Pick<ClusterAccess, 'certificate'> {
  const chain = given(user['client-certificate-data'], user['client-certificate'], read);
  const key = given(user['client-key-data'], user['client-key'], read);
  return chain === undefined || key === undefined ? {} : { certificate: { chain, key } };
}

function serverOf(server: string, path: string): URL {
  if (URL.canParse(server)) return new URL(server);
  throw new AccessError(`${path}: the server "${server}" is not a URL`);
}

function tokenOf(user: User, read: Read): () => Promise<string | undefined> {
  if (user.tokenFile !== undefined) return () => Promise.resolve(read(user.tokenFile!).trim());
  if (user.exec !== undefined) return execToken(user.exec);
  return () => Promise.resolve(user.token);
}

/** A credential plugin's token, asked for again when it runs out (client.authentication.k8s.io ExecCredential). */
function execToken({ apiVersion, command, args, env }: Exec): () => Promise<string | undefined> {
  let known: { readonly token: string | undefined; readonly until: number } | undefined;
  return async () => {
    if (known !== undefined && known.until > Date.now()) return known.token;
    const info = JSON.stringify({ apiVersion, kind: 'ExecCredential', spec: { interactive: false } });
    const own = Object.fromEntries((env ?? []).map((it) => [it.name, it.value]));
    const { stdout } = await promisify(execFile)(command, [...args ?? []], { env: { ...process.env, ...own, KUBERNETES_EXEC_INFO: info } });
    const { status } = JSON.parse(stdout) as { status?: { token?: string; expirationTimestamp?: string } };
    const until = status?.expirationTimestamp === undefined ? Infinity : Date.parse(status.expirationTimestamp) - 10_000;
    known = { token: status?.token, until };
    return known.token;
  };
}
