/**
 * Envoy itself judges what it would be told of every golden case (`--mode validate`); skipped where there is none. What comes over ADS at
 * run time stands in its start configuration here, and certificates are real ones.
 */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { assumeServed, compile } from '../../src/controller/index.ts';
import type { Ir } from '../../src/ir/index.ts';
import { lower } from '../../src/lower/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { envoyBootstrap } from '../../src/xds/index.ts';
import { describe, envoyCapabilities, wholeTable } from '../../src/xds/translate/index.ts';
import { selfSigned } from '../harness/certificates.ts';
import { envoyBinary, howToGetEnvoy } from '../harness/envoy-binary.ts';
import { tempFolder } from '../harness/temp-folder.ts';
import { settings } from './settings.ts';

const root = import.meta.dirname;
const pair = selfSigned(['example.com']);

async function irOf(area: string, name: string): Promise<Ir> {
  const defaults = join(root, area, '_defaults.yaml');
  const snapshot = await openFileSource([...(existsSync(defaults) ? [defaults] : []), join(root, area, name, 'in.yaml')]).read();
  const { graph } = compile(snapshot, { ...settings, capabilities: envoyCapabilities });
  return lower(graph, assumeServed(graph, '127.0.10.0/24').placement);
}

/** As the start configuration of Envoys that are told over ADS has it. */
const { layered_runtime, bootstrap_extensions, stats_config } = envoyBootstrap({ controlPlane: '', authorityFile: '', tokenFile: '', admin: { address: '127.0.0.1', port: 0 } }) as { readonly layered_runtime: object; readonly bootstrap_extensions: object; readonly stats_config: object };

type Plain = { readonly [field: string]: unknown };

/** Everything that is referred to, in the place where it is referred to. */
function startConfiguration(ir: Ir): object {
  const terms = { accessLog: 'json', metricsByRoute: true, trustedProxies: ['10.0.0.0/8'] } as const;
  const { listeners, tables: routes, clusters, endpoints, secrets } = describe(ir, terms);
  const tables = new Map(routes.map((it) => [it.name, wholeTable(it, { ir, terms })]));
  const assignments = new Map(endpoints.map((it) => [it.name, it.value()]));
  const inlined = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null) return value;
    if (Array.isArray(value)) return value.map(inlined);
    const { rds, eds_cluster_config: eds, sds_config: _, ...rest } = value as Plain;
    const plain = Object.fromEntries(Object.entries(rest).map(([key, inner]) => [key, key === 'inline_string' ? realOf(inner as string) : inlined(inner)]));
    if (rds !== undefined) return { ...plain, route_config: inlined(JSON.parse(JSON.stringify(tables.get((rds as { readonly route_config_name: string }).route_config_name)))) };
    if (eds !== undefined) return { ...plain, type: 'STATIC', load_assignment: assignments.get((eds as { readonly service_name: string }).service_name) };
    return plain;
  };
  const all = (described: readonly { value(): object }[]): unknown[] => described.map((it) => inlined(JSON.parse(JSON.stringify(it.value()))));
  return { layered_runtime, bootstrap_extensions, stats_config, static_resources: { listeners: all(listeners), clusters: all(clusters), secrets: all(secrets) } };
}

/** The certificates of the cases are words. */
function realOf(text: string): string {
  if (text === '[redacted]') return pair.key;
  return /^(?:CERT|CA) /.test(text) ? pair.certificate : text;
}

function validate(binary: string, file: string): Promise<string> {
  return new Promise((resolve) => {
    execFile(binary, ['--mode', 'validate', '-c', file, '--log-level', 'error', '--use-dynamic-base-id', '--concurrency', '1'], (error, _, stderr) => resolve(error === null ? '' : stderr));
  });
}

const binary = envoyBinary();
const areas = readdirSync(root, { withFileTypes: true }).filter((it) => it.isDirectory() && it.name !== 'fleet').map((it) => it.name);
for (const area of areas) {
  for (const { name } of readdirSync(join(root, area), { withFileTypes: true }).filter((it) => it.isDirectory())) {
    test(`Envoy takes golden ${area}/${name}`, { skip: binary === undefined ? howToGetEnvoy : false }, async (t) => {
      const file = join(tempFolder(t), 'envoy.json');
      writeFileSync(file, JSON.stringify(startConfiguration(await irOf(area, name))));
      assert.equal(await validate(binary!, file), '');
    });
  }
}
