/**
 * Renders deploy/install.yaml from the chart, for people without Helm and for `postern install`. Needs Helm 3: $HELM, or the one that
 * `npm run cluster -- build helm` makes. With `--check` nothing is written: the exit code is 1 if the chart changed since, Helm or not.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { chartFiles, findHelm } from './chart/helm.ts';

const root = resolve(import.meta.dirname, '..');
const target = join(root, 'deploy/install.yaml');
const namespace = 'postern-system';

/** Of all that the result depends on. */
function fingerprint(): string {
  const hash = createHash('sha256').update(readFileSync(import.meta.filename));
  for (const file of chartFiles(root)) hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest('hex');
}

const mark = `# Made by scripts/install-yaml.ts from deploy/chart/postern: do not edit. Chart: ${fingerprint()}\n`;

/** The namespace lets in only what Pod Security calls restricted, which all of it is. */
const namespaceObject = `apiVersion: v1
kind: Namespace
metadata:
  name: ${namespace}
  labels:
    pod-security.kubernetes.io/enforce: restricted
`;

function render(): string {
  const helm = findHelm();
  if (helm === undefined) throw new Error('Helm is needed: npm run cluster -- build helm, or name one with $HELM');
  const { status, stdout, stderr } = spawnSync(helm, ['template', 'postern', join(root, 'deploy/chart/postern'), '--namespace', namespace, '--kube-version', '1.36.0'], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return `${mark}${namespaceObject}${stdout.replaceAll(/^# Source: .*\n/gm, '')}`;
}

if (process.argv.includes('--check')) {
  const isFresh = readFileSync(target, 'utf8').startsWith(mark);
  if (!isFresh) console.error('deploy/install.yaml is not of this chart; run: npm run install-yaml');
  process.exitCode = isFresh ? 0 : 1;
} else {
  writeFileSync(target, render());
  console.log('deploy/install.yaml written');
}
