/**
 * One folder a case: `in.yaml` goes in, `status.yaml` (every status), `ir.yaml` and, where there is something to say,
 * `findings.txt` must come out. UPDATE_GOLDEN=1 rewrites them; a missing or an orphan file fails. `_defaults.yaml` of an area
 * is put before each of its cases. In the area `fleet`, which is a cluster's, the objects that are made come out in place of the IR. Cases in
 * which Envoy is told something new have `xds.yaml` too; `envoy.test.ts` asks Envoy about all.
 */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { AttachSettings, Graph } from '../../src/attach/index.ts';
import { formatPosition, type Snapshot } from '../../src/contract/index.ts';
import { assumeServed, compile, CONTROLLER_NAME, fleetGateways } from '../../src/controller/index.ts';
import { fleetObjects, type FleetSettings } from '../../src/fleet/index.ts';
import { lower } from '../../src/lower/index.ts';
import { nativeCapabilities } from '../../src/proxy/index.ts';
import { openFileSource } from '../../src/source/index.ts';
import { statusDocuments } from '../../src/status/index.ts';
import { settings } from './settings.ts';
import { xdsYaml } from '../../src/cli/xds-yaml.ts';
import { envoyCapabilities } from '../../src/xds/translate/index.ts';

const root = import.meta.dirname;
const updating = process.env['UPDATE_GOLDEN'] === '1';

const inCluster: AttachSettings = {
  ...settings, adoptForeignClasses: false, capabilities: { ...nativeCapabilities, features: [...nativeCapabilities.features, 'GatewayInfrastructure'] },
};
const fleetSettings: FleetSettings = { controllerName: CONTROLLER_NAME, image: 'postern:test', controlPlane: 'postern.postern-system.svc:18000', replicas: 2, serviceType: 'LoadBalancer', authority: 'CA' };

/** Cases that have `xds.yaml`. */
const toldToEnvoy = new Set([
  'backendtls/client-certificate', 'backendtls/policies', 'gateway/client-trust', 'gateway/listener-filters', 'gateway/tls-options', 'httproute/backends',
  'httproute/external-auth', 'httproute/filters', 'httproute/hostname-precedence', 'httproute/match-precedence', 'httproute/mirror-cors-retry',
  'streams/passthrough-kinds', 'streams/tcp-udp', 'streams/tls', 'telemetry/collectors', 'xbackend/sessions', 'xbackend/traffic-policies',
]);

function xdsOf(snapshot: Snapshot): Promise<string> {
  const { graph } = compile(snapshot, { ...settings, capabilities: envoyCapabilities });
  return xdsYaml(lower(graph, assumeServed(graph, '127.0.10.0/24').placement));
}

/** The objects of each Gateway: what their metadata have in common once, and beside each what differs. */
function madeFor(graph: Graph): object[] {
  return fleetGateways(graph).map((gateway) => {
    const objects = fleetObjects(gateway, fleetSettings);
    const common = objects[0]!.metadata;
    return {
      gateway: `${gateway.namespace}/${gateway.name}`, metadata: common,
      objects: objects.map(({ metadata, ...rest }) => ({ ...rest, ...(isDeepStrictEqual(metadata, common) ? {} : { metadata }) })),
    };
  });
}

async function outputs(area: string, name: string): Promise<Map<string, string>> {
  const defaults = join(root, area, '_defaults.yaml');
  const snapshot = await openFileSource([...(existsSync(defaults) ? [defaults] : []), join(root, area, name, 'in.yaml')]).read();
  const { graph, findings } = compile(snapshot, area === 'fleet' ? inCluster : settings);
  const { placement, report } = assumeServed(graph, '127.0.10.0/24');
  const statuses = statusDocuments(graph, { placement, report, now: '2026-01-01T00:00:00Z' }).map(({ ref, status }) => ({
    [`${ref.kind} ${ref.namespace === '' ? '' : `${ref.namespace}/`}${ref.name}`]: withoutFixed(status),
  }));
  const lines = findings.map(({ position, severity, code, message, hint }) => [
    `${position === undefined ? '' : `${formatPosition({ ...position, file: position.file.split('/').at(-1)! })} `}${severity} [${code}] ${message}`, ...(hint === undefined ? [] : [`  → ${hint}`]),
  ].join('\n'));
  const print = (value: unknown): string => stringify(JSON.parse(JSON.stringify(value)), { lineWidth: 0, aliasDuplicateObjects: false });
  return new Map([
    ['status.yaml', print(statuses)],
    area === 'fleet' ? ['objects.yaml', print(madeFor(graph))] : ['ir.yaml', print(lower(graph, placement))],
    ...(toldToEnvoy.has(`${area}/${name}`) ? [['xds.yaml', await xdsOf(snapshot)] as const] : []),
    ...(lines.length === 0 ? [] : [['findings.txt', `${lines.join('\n')}\n`] as const]),
  ]);
}

/** Conditions as `Type: Status/Reason: message`; what is the same in every case is left out. */
function withoutFixed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutFixed);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== 'supportedFeatures' && key !== 'controllerName');
  return Object.fromEntries(entries.map(([key, inner]) => [key, key === 'conditions' ? Object.fromEntries((inner as { type: string; status: string; reason: string; message: string }[])
    .map((it) => [it.type, `${it.status}/${it.reason}: ${it.message}`])) : withoutFixed(inner)]));
}

for (const area of readdirSync(root, { withFileTypes: true }).filter((it) => it.isDirectory()).map((it) => it.name)) {
  for (const name of readdirSync(join(root, area), { withFileTypes: true }).filter((it) => it.isDirectory()).map((it) => it.name)) {
    test(`golden ${area}/${name}`, async () => {
      const folder = join(root, area, name);
      const made = await outputs(area, name);
      if (updating) {
        for (const file of readdirSync(folder)) if (file !== 'in.yaml') rmSync(join(folder, file));
        for (const [file, text] of made) writeFileSync(join(folder, file), text);
      }
      assert.deepEqual(readdirSync(folder).filter((it) => it !== 'in.yaml').sort(), [...made.keys()].sort(), 'missing or orphan files; UPDATE_GOLDEN=1 mends them');
      for (const [file, text] of made) assert.equal(text, readFileSync(join(folder, file), 'utf8'), `${area}/${name}/${file}`);
    });
  }
}
