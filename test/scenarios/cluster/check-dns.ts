import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CheckFailed, type Check, type DnsSpec } from '../check.ts';
import type { World } from '../stage.ts';
import type { Cluster } from './cluster.ts';

const tool = join(import.meta.dirname, '../../cluster/cluster');
const patienceMs = 60_000;

interface DnsRecord {
  readonly dnsName: string;
  readonly targets: readonly string[];
}

/** Runs external-dns on the cluster until its zone has each name with the Gateway's address; throws CheckFailed. */
export async function checkDns({ given = '' }: Check, { name, resolvesTo }: DnsSpec, { world, cluster }: { world: World; cluster: Cluster }): Promise<undefined> {
  const source = /source (\S+?);|source (\S+)$/.exec(given);
  const names = [name].flat();
  if (resolvesTo !== '{gateway.address}') throw new CheckFailed(`the runner does not know the address ${resolvesTo}`);
  await cluster.tool(['build', 'external-dns']);
  const address = await gatewayAddress(world);
  const options = [`--source=${source?.[1] ?? source?.[2] ?? 'gateway-httproute'}`, '--provider=inmemory', '--policy=sync', '--annotation-prefix=external-dns.alpha.kubernetes.io/', '--inmemory-zone=cloud.ogenki.io', '--interval=1s', `--kubeconfig=${process.env['KUBECONFIG']}`];
  const child = spawn(tool, ['exec', 'external-dns', ...options], { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => { errors += text; });
  const late = setTimeout(() => { if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM'); }, patienceMs);
  let latest = '';
  try {
    for await (const line of createInterface({ input: child.stdout })) {
      if (!line.startsWith('[')) continue;
      latest = line;
      const records = JSON.parse(line) as DnsRecord[];
      if (names.every((wanted) => records.some((it) => it.dnsName === wanted && it.targets.includes(address)))) return undefined;
    }
  } finally {
    clearTimeout(late);
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) {
      process.kill(-child.pid, 'SIGTERM');
      await once(child, 'exit');
    }
  }
  throw new CheckFailed(`external-dns has ${latest || 'no records'}, expected ${names.join(', ')} at ${address}: ${errors.slice(-500)}`);
}

/** Of the first Gateway that the manifests' first route names. */
async function gatewayAddress({ manifests, serving }: World): Promise<string> {
  const parent = manifests.objects.find(({ kind }) => kind === 'HTTPRoute')?.spec.parentRefs[0].name as string | undefined;
  const { gateways } = await serving.until('an address of the Gateway', (event) => event.gateways.some((it) => it.name === parent && it.addresses.length > 0));
  return gateways.find((it) => it.name === parent)?.addresses[0] ?? '';
}
