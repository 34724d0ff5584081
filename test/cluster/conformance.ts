/**
 * Runs the official conformance suite against Postern on the cluster of this folder. Arguments go to the suite.
 * The controller runs as a process on the node and carries the traffic itself, on addresses of the node.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');
const cluster = join(import.meta.dirname, 'cluster');
const out = process.env['LAB_REPORTS'] ?? join(root, 'conformance/out');
/** Addresses for Gateways; the last one is for those that ask for it by name. */
const pool = { prefix: '172.18.0.', first: 193, last: 249, cidr: '172.18.0.192/26' };
const className = 'postern';

const gatewayClass = {
  apiVersion: 'gateway.networking.k8s.io/v1', kind: 'GatewayClass', metadata: { name: className },
  spec: { controllerName: 'postern.dev/gateway-controller' },
};

function run(args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(cluster, args, { encoding: 'utf8', maxBuffer: 1 << 28, ...(input === undefined ? {} : { input }) });
  if (status !== 0) throw new Error(`cluster ${args.join(' ')}: exit ${status}\n${stderr}`);
  return stdout;
}

function giveAddresses(): void {
  const device = /^\d+: (\S+) .*172\.18\.0\.2\//m.exec(run(['exec', 'ip', '-o', '-4', 'addr', 'show']))?.[1];
  if (device === undefined) throw new Error('the node has no address 172.18.0.2');
  const commands = Array.from({ length: pool.last - pool.first + 1 }, (_, index) => `ip addr replace ${pool.prefix}${pool.first + index}/32 dev ${device}`);
  run(['exec', 'sh', '-c', commands.join('\n')]);
}

function startController(): ChildProcess {
  const kubeconfig = run(['kubeconfig']).trim();
  // A copy, so that a build meanwhile changes nothing.
  cpSync(join(root, 'dist/bin'), join(out, 'dist/bin'), { recursive: true });
  cpSync(join(root, 'package.json'), join(out, 'package.json'));
  const main = join(out, 'dist/bin/main.js');
  return spawn(cluster, ['exec', process.execPath, main, 'controller', '--kubeconfig', kubeconfig, '--pool', pool.cidr], { stdio: ['ignore', openSync(join(out, 'controller.log'), 'w'), 'inherit'], detached: true });
}

async function untilAccepted(controller: ChildProcess): Promise<void> {
  const path = String.raw`jsonpath={.status.conditions[?(@.type=="Accepted")].status}`;
  while (controller.exitCode === null) {
    if (run(['kubectl', 'get', 'gatewayclass', className, '-o', path]).trim() === 'True') return;
    await sleep(200);
  }
  throw new Error('the controller ended; see controller.log');
}

mkdirSync(out, { recursive: true });
run(['crds', 'experimental']);
giveAddresses();
run(['kubectl', 'apply', '-f', '-'], JSON.stringify(gatewayClass));
const controller = startController();
try {
  await untilAccepted(controller);
  const flags = [`--gateway-class=${className}`, `--usable-address=${pool.prefix}${pool.last}`, '--unusable-address=172.18.1.1', ...process.argv.slice(2)];
  const suite = spawnSync(cluster, ['conformance', ...flags], { stdio: 'inherit', env: { ...process.env, LAB_REPORTS: out } });
  process.exitCode = suite.status ?? 1;
} finally {
  // The wrapper passes no signal on, so its whole group gets it.
  if (controller.exitCode === null) process.kill(-controller.pid!, 'SIGTERM');
}
