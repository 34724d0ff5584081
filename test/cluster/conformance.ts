/**
 * Runs the official conformance suite against Postern on the cluster of this folder. Arguments go to the suite.
 * The controller runs as a process on the node; each Gateway gets a pod, and an address of the load balancer.
 */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { cpSync, mkdirSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = join(import.meta.dirname, '../..');
const cluster = join(import.meta.dirname, 'cluster');
const out = process.env['LAB_REPORTS'] ?? join(root, 'conformance/out');
const image = 'postern.local/postern:conformance';
const controlPlane = '172.18.0.2:18000';
/** Of the load balancer's range; no Gateway gets it before all others are taken. */
const usable = '172.18.0.249';
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

/** The program as it is built now, with the two libraries that it loads, and Node. */
function makeImage(): string {
  const app = join(out, 'app');
  rmSync(app, { recursive: true, force: true });
  cpSync(join(root, 'dist/bin'), join(app, 'dist/bin'), { recursive: true });
  cpSync(join(root, 'package.json'), join(app, 'package.json'));
  for (const name of ['yaml', 're2js']) cpSync(join(root, 'node_modules', name), join(app, 'node_modules', name), { recursive: true, dereference: true });
  run(['image', image, `${app}:/app`, '--elf', `${process.execPath}:/usr/local/bin/node`, '--entrypoint', '/usr/local/bin/node /app/dist/bin/main.js', '--user', '65532']);
  return app;
}

function startController(app: string): ChildProcess {
  const options = ['--kubeconfig', run(['kubeconfig']).trim(), '--proxy-image', image, '--control-plane', controlPlane, '--replicas', '1'];
  const log = openSync(join(out, 'controller.log'), 'w');
  return spawn(cluster, ['exec', process.execPath, join(app, 'dist/bin/main.js'), 'controller', ...options], { stdio: ['ignore', log, 'inherit'], detached: true });
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
run(['loadbalancer']);
const app = makeImage();
// Made anew, since the suite reads features from its status and must not find those of another run.
run(['kubectl', 'delete', 'gatewayclass', className, '--ignore-not-found']);
run(['kubectl', 'apply', '-f', '-'], JSON.stringify(gatewayClass));
const controller = startController(app);
try {
  await untilAccepted(controller);
  const flags = [`--gateway-class=${className}`, `--usable-address=${usable}`, '--unusable-address=172.18.1.1', ...process.argv.slice(2)];
  const suite = spawnSync(cluster, ['conformance', ...flags], { stdio: 'inherit', env: { ...process.env, LAB_REPORTS: out } });
  process.exitCode = suite.status ?? 1;
} finally {
  // The wrapper passes no signal on, so its whole group gets it.
  if (controller.exitCode === null) process.kill(-controller.pid!, 'SIGTERM');
}
