/**
 * `npm run conformance`: brings the cluster up, installs Postern with its chart, and runs the official conformance suite for the five profiles
 * of Gateways with all features that the GatewayClass claims. `--class postern-envoy` is the class whose data planes are Envoys. Other arguments go to the suite, but for `--retry`: tests that failed are run once more
 * by their names, and those that fail again count. A whole run that passed leaves its report in conformance/reports.
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { cluster, clusterProgram, installChart, kubectl, makeEnvoyImage, makeImage, namespace, root, uninstallChart } from './postern.ts';

const { version, homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string; homepage: string };
const out = process.env['LAB_REPORTS'] ?? join(root, 'conformance/out');
const given = process.argv.slice(2);
const className = taken('--class') ?? 'postern';
const retries = taken('--retry', 'switch') !== undefined;
const isEnvoy = className === 'postern-envoy';
const reports = join(root, 'conformance/reports/v1.7', className);
const image = { repository: 'postern.local/postern', tag: 'conformance' };
/** Of the load balancer's range; no Gateway gets it before all others are taken. */
const usable = '172.18.0.249';
const unusable = '172.18.1.1';
const profiles = ['GATEWAY-HTTP', 'GATEWAY-GRPC', 'GATEWAY-TLS', 'GATEWAY-TCP', 'GATEWAY-UDP'];

/** An argument of ours, which the suite does not get. */
function taken(name: string, form: 'value' | 'switch' = 'value'): string | undefined {
  const at = given.indexOf(name);
  return at < 0 ? undefined : given.splice(at, form === 'value' ? 2 : 1).at(-1);
}

async function untilAccepted(): Promise<void> {
  const path = String.raw`jsonpath={.status.conditions[?(@.type=="Accepted")].status}`;
  for (const until = performance.now() + 60_000; kubectl('get', 'gatewayclass', className, '-o', path).trim() !== 'True';) {
    if (performance.now() > until) throw new Error(`GatewayClass ${className} was not accepted`);
    await pause(200);
  }
}

/** The suite's exit code. */
function suite(args: readonly string[], folder: string): number {
  mkdirSync(folder, { recursive: true });
  const who = ['--organization=postern', `--project=${className}`, `--url=${homepage}`, `--version=v${version}`, `--contact=${homepage}`];
  const addresses = [`--usable-address=${usable}`, `--unusable-address=${unusable}`];
  const flags = [`--gateway-class=${className}`, `--conformance-profiles=${profiles.join(',')}`, ...addresses, ...who, ...args];
  return spawnSync(clusterProgram, ['conformance', ...flags], { stdio: 'inherit', env: { ...process.env, LAB_REPORTS: folder } }).status ?? 1;
}

/** Names of the suite's own tests that failed in a run. */
function failedIn(folder: string): string[] {
  return [...readFileSync(join(folder, 'log.txt'), 'utf8').matchAll(/^ +--- FAIL: TestConformance\/([^/\s]+) /gm)].map(([, name]) => name!);
}

/** A test that needs a second try is a defect to look into, so each is named. */
function runAgain(names: readonly string[]): number {
  const still = names.filter((name) => {
    const code = suite([`--run-test=${name}`], join(out, 'retry', name));
    console.log(`repeat: ${name} ${code === 0 ? 'passed' : 'failed'} at the second try`);
    return code !== 0;
  });
  console.log(`repeat: ${names.length} repeated, ${still.length} failed again`);
  return still.length;
}

/** The report of a whole run, where the Gateway API's repository wants such reports. */
function keepReport(): void {
  mkdirSync(reports, { recursive: true });
  copyFileSync(join(out, 'report.yaml'), join(reports, `experimental-v${version}-default-report.yaml`));
}

mkdirSync(out, { recursive: true });
for (const step of [['up'], ['crds', 'experimental'], ['loadbalancer'], ['build', 'helm']]) cluster(step, { stdio: ['ignore', 'pipe', 'inherit'] });
// The suite reads features from the class's status and must not find those of another run.
uninstallChart();
kubectl('delete', 'gatewayclass', className, '--ignore-not-found');
makeImage(image.repository, image.tag);
const startedAt = performance.now();
installChart({
  'image.repository': image.repository, 'image.tag': image.tag, 'proxy.replicas': '1',
  ...(isEnvoy ? { 'envoy.enabled': 'true', 'envoy.gatewayClass.name': className, ...makeEnvoyImage() } : { 'gatewayClass.name': className }),
});
await untilAccepted();
console.log(`installed in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
let code = suite(given, out);
writeFileSync(join(out, 'controller.log'), kubectl('-n', namespace, 'logs', '-l', 'app.kubernetes.io/component=controller', '--tail=-1', '--prefix'));
if (code === 0 && given.length === 0 && existsSync(join(out, 'report.yaml'))) keepReport();
if (code !== 0 && retries) {
  const failed = failedIn(out);
  code = failed.length > 0 && runAgain(failed) === 0 ? 0 : 1;
}
process.exitCode = code;
