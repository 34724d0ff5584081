import { spawn } from 'node:child_process';
import type { DataPlaneState } from '../controller/index.ts';
import { ClusterClient } from '../source/index.ts';
import { accessFrom } from './access-options.ts';
import { fetchAdmin, usualAdmin } from './admin-client.ts';
import { columns } from './columns.ts';
import { UsageError, type Arguments } from './command.ts';
import { configRows, type ConfigDump, type ConfigRow } from './envoy/envoy-config.ts';
import { readFollowers } from './read-cluster-facts.ts';

/** `postern proxy status`: which data planes follow, and whether they have the newest configuration. */
export async function proxyStatus(args: Arguments): Promise<number> {
  const planes = await dataPlanes(args);
  const rows = planes.map(({ gateway, name, state, message = '' }) => [gateway, name, state, message]);
  process.stdout.write(args.value('output') === 'json' ? `${JSON.stringify(planes, null, 2)}\n`
    : planes.length === 0 ? 'No data plane follows.\n' : `${columns([['GATEWAY', 'DATA PLANE', 'STATE', 'MESSAGE'], ...rows]).join('\n')}\n`);
  return planes.every((it) => it.state === 'in sync') ? 0 : 1;
}

function isInCluster(args: Arguments): boolean {
  return args.value('context') !== undefined || args.value('kubeconfig') !== undefined;
}

async function dataPlanes(args: Arguments): Promise<readonly DataPlaneState[]> {
  if (isInCluster(args)) return readFollowers(new ClusterClient(await accessFrom(args)));
  return await (await fetchAdmin(args.value('admin') ?? usualAdmin, '/data-planes')).json() as DataPlaneState[];
}

/** `postern proxy config NAME`: what a running Envoy has, and the objects that it comes from. */
export async function proxyConfig(args: Arguments, name: string | undefined): Promise<number> {
  const { place, close } = await envoyPlace(args, name);
  try {
    const rows = configRows(await (await fetchAdmin(place, '/config_dump?include_eds')).json() as ConfigDump);
    process.stdout.write(args.value('output') === 'json' ? `${JSON.stringify(rows, null, 2)}\n` : configText(rows));
    return 0;
  } finally {
    close();
  }
}

function configText(rows: readonly ConfigRow[]): string {
  return `${columns([['KIND', 'FROM', 'WHAT'], ...rows.map(({ kind, name, from, what }) => [kind, from === '' ? name : from, what])]).join('\n')}\n`;
}

interface EnvoyPlace {
  /** URL of its administration. */
  readonly place: string;
  close(): void;
}

async function envoyPlace(args: Arguments, name: string | undefined): Promise<EnvoyPlace> {
  const given = args.value('envoy');
  if (given !== undefined) return { place: given, close: () => undefined };
  const planes = await dataPlanes(args);
  const [found, ...more] = planes.filter((it) => name === undefined || it.name === name);
  if (found === undefined) throw new UsageError(name === undefined ? 'no data plane follows' : `no data plane is called ${name}; postern proxy status lists them`);
  if (more.length > 0) throw new UsageError('several data planes follow; name one of those that postern proxy status lists');
  if (found.admin !== undefined) return { place: found.admin, close: () => undefined };
  if (isInCluster(args)) return forwarded(args, found);
  throw new UsageError(`the administration of ${found.name} is not known; forward it with kubectl port-forward pod/${found.name} 15000, and give --envoy http://127.0.0.1:15000`);
}

/** Envoy's administration listens on the pod's loopback alone, so kubectl has to reach into it. */
function forwarded(args: Arguments, { gateway, name }: DataPlaneState): Promise<EnvoyPlace> {
  const [namespace = ''] = gateway.split('/');
  const options = ['kubeconfig', 'context'].flatMap((it) => (args.value(it) === undefined ? [] : [`--${it}`, args.value(it)!]));
  const kubectl = spawn('kubectl', [...options, '-n', namespace, 'port-forward', `pod/${name}`, ':15000'], { stdio: ['ignore', 'pipe', 'pipe'] });
  return new Promise((resolve, reject) => {
    let [said, complaint] = ['', ''];
    kubectl.on('error', (error) => reject(new UsageError(`kubectl is needed to reach the Envoy in its pod: ${error.message}`, { cause: error })));
    kubectl.on('exit', () => reject(new UsageError(`kubectl could not reach the Envoy in pod ${namespace}/${name}: ${complaint.trim()}`)));
    kubectl.stderr.setEncoding('utf8').on('data', (text: string) => { complaint += text; });
    kubectl.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const port = /127\.0\.0\.1:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve({ place: `http://127.0.0.1:${port}`, close: () => void kubectl.kill() });
    });
  });
}
