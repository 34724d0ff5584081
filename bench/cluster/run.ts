/**
 * `npm run bench:cluster -- [--only NAME,…] [--others N] [--listener-sets N] [--flaps N] [--json FILE]`: what routes cost in a cluster, beside
 * Envoy Gateway in the same cluster, one after the other. Needs a cluster: npm run cluster -- up, then crds experimental and loadbalancer; with
 * Envoy Gateway also peer envoy-gateway build.
 */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { cluster, clusterProgram, kubectl } from '../../test/cluster/postern.ts';
import { namespace } from './api.ts';
import { type Implementation, implementations } from './implementations.ts';
import type { Figures, Scale } from './work.ts';

interface Result { readonly implementation: string; readonly piece: string; readonly figures: Figures }

const echo = 'registry.k8s.io/gateway-api/conformance/echo-basic:v0.1.0';

function backend(): void {
  const labels = { app: 'echo' };
  const env = ['POD_NAME', 'NAMESPACE'].map((name) => ({ name, valueFrom: { fieldRef: { fieldPath: name === 'NAMESPACE' ? 'metadata.namespace' : 'metadata.name' } } }));
  const container = { name: 'echo', image: echo, imagePullPolicy: 'IfNotPresent', ports: [{ containerPort: 3000 }], env };
  const items = [
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
    { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name: 'echo' }, spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers: [container] } } } },
    { apiVersion: 'v1', kind: 'Service', metadata: { namespace, name: 'echo' }, spec: { selector: labels, ports: [{ port: 80, targetPort: 3000 }] } },
  ];
  cluster(['kubectl', 'apply', '--server-side', '-f', '-'], { input: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }) });
  kubectl('-n', namespace, 'rollout', 'status', 'deployment/echo', '--timeout=60s');
}

async function measure(implementation: Implementation, scale: Scale): Promise<Result[]> {
  const { name, className, controlPlane, dataPlane } = implementation;
  const results: Result[] = [];
  const plan = { className, controlPlane: controlPlane.source, dataPlane: dataPlane.source, scale };
  const child = spawn(clusterProgram, ['client', process.execPath, join(import.meta.dirname, 'inside.ts'), JSON.stringify(plan)], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const { piece, figures } = JSON.parse(line) as Omit<Result, 'implementation'>;
    results.push({ implementation: name, piece, figures });
    console.error(`${name}: ${piece}: ${Object.entries(figures).map(([what, value]) => `${what} ${value}`).join(', ')}`);
  });
  const code = await new Promise((resolve) => { child.once('close', resolve); });
  if (code !== 0) throw new Error(`${name}: the work ended with exit code ${String(code)}`);
  return results;
}

/** A Markdown table: a line a figure, a column an implementation. */
export function table(results: readonly Result[], names: readonly string[]): string {
  const pieces = [...new Set(results.map(({ piece }) => piece))];
  const lines = pieces.flatMap((piece) => {
    const own = results.filter((result) => result.piece === piece);
    return Object.keys(own[0]!.figures).map((what) => `| ${piece}: ${what} | ${names.map((name) => own.find(({ implementation }) => implementation === name)?.figures[what] ?? '–').join(' | ')} |`);
  });
  return [`| work | ${names.join(' | ')} |`, `| --- | ${names.map(() => '---: ').join('| ')}|`, ...lines].join('\n');
}

const { values } = parseArgs({ options: { only: { type: 'string' }, others: { type: 'string', default: '10000' }, 'listener-sets': { type: 'string', default: '0' }, flaps: { type: 'string', default: '1000' }, json: { type: 'string' } } });
const chosen = implementations.filter(({ name }) => values.only === undefined || values.only.split(',').includes(name));
const results: Result[] = [];
for (const implementation of chosen) {
  implementation.install();
  backend();
  try {
    // Thousands of routes are Postern's own measure: the peer takes minutes for them.
    const others = implementation.name === 'postern' ? Number(values.others) : 0;
    results.push(...await measure(implementation, { atOnce: 1000, oneByOne: 300, edits: 200, others, sets: Number(values['listener-sets']), flaps: Number(values.flaps) }));
  } finally {
    kubectl('delete', 'namespace', namespace, '--wait=true', '--timeout=300s');
    implementation.remove();
  }
}
console.log(table(results, chosen.map(({ name }) => name)));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
