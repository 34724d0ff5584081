/** Postern in the cluster of this folder, as people install it: an image, and the chart. */
import { execFileSync, spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '../..');
export const clusterProgram = join(import.meta.dirname, 'cluster');
export const namespace = 'postern-system';
const release = 'postern';

/** Runs a command of `npm run cluster`; its output. Throws where it fails. */
export function cluster(args: readonly string[], options: SpawnSyncOptions = {}): string {
  const { status, stdout, stderr } = spawnSync(clusterProgram, args, { ...options, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`cluster ${args.join(' ')}: exit ${status}\n${stdout}${stderr}`);
  return stdout;
}

export function kubectl(...args: readonly string[]): string {
  return cluster(['kubectl', ...args]);
}

/** Puts the program as it is built in a checkout into the cluster as an image, with the Node that runs this. */
export function makeImage(repository: string, tag: string, checkout = root): void {
  const folder = mkdtempSync(join(tmpdir(), 'postern-image-'));
  // By the script of that checkout, which knows what its image has.
  execFileSync(process.execPath, [join(checkout, 'scripts/image.ts'), join(folder, 'app')], { stdio: ['ignore', 'inherit', 'inherit'] });
  const node = ['--elf', `${process.execPath}:/usr/local/bin/node`, '--entrypoint', '/usr/local/bin/node /app/dist/bin/main.js', '--user', '65532'];
  cluster(['image', `${repository}:${tag}`, `${join(folder, 'app')}:/app`, ...node]);
  rmSync(folder, { recursive: true, force: true });
}

/** The chart's values for an image of the lab's Envoy, which it makes: the program, and bash, which the official image has too. */
export function makeEnvoyImage(): Readonly<Record<string, string>> {
  const program = process.env['ENVOY'] ?? join(process.env['LAB_HOME'] ?? join(homedir(), '.cache/postern-lab'), 'bin/envoy');
  if (!existsSync(program)) throw new Error('no Envoy: npm run cluster -- peer envoy-gateway build, or set $ENVOY');
  const [repository, tag] = ['envoy', 'v1.40.0'];
  cluster(['image', `postern.local/${repository}:${tag}`, '--elf', `${program}:/usr/local/bin/envoy`, '--elf', '/bin/bash:/bin/bash', '--user', '65532']);
  return { 'envoy.image.registry': 'postern.local', 'envoy.image.repository': repository, 'envoy.image.tag': tag };
}

/** Installs the chart and waits until its controllers are ready. Values as Helm's `--set` takes them. */
export function installChart(values: Readonly<Record<string, string>>): void {
  const sets = Object.entries(values).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  cluster(['exec', 'helm', 'upgrade', '--install', release, join(root, 'deploy/chart/postern'), '--namespace', namespace, '--create-namespace', '--wait', '--timeout', '120s', ...sets]);
  // All of the release is fit for it; a pod that were not would not come back from a restart.
  kubectl('label', '--overwrite', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
}

export function uninstallChart(): void {
  cluster(['exec', 'helm', 'uninstall', release, '--namespace', namespace, '--ignore-not-found', '--wait', '--timeout', '120s']);
}
