/**
 * Keeps what other implementations claim: reads the conformance reports that are published with the Gateway API, takes the newest of each
 * implementation, and writes src/explain/portable/reports.json. Argument: the folder conformance/reports of a checkout of the Gateway API;
 * without one the Go module of the suite is downloaded. `--check` fails where the file differs.
 */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ConformanceReport } from '../src/explain/portable/reports.ts';

const suiteModule = 'sigs.k8s.io/gateway-api/conformance@v1.7.0';
const target = join(import.meta.dirname, '../src/explain/portable/reports.json');

/** What a report holds of what is read here. */
interface Published {
  readonly kind: string;
  readonly date: string;
  readonly gatewayAPIVersion: string;
  readonly gatewayAPIChannel: string;
  readonly mode?: string;
  readonly implementation: { readonly project: string; readonly version: string | number };
  readonly profiles: readonly { readonly name: string; readonly core?: { readonly result: string }; readonly extended?: { readonly supportedFeatures?: readonly string[] } }[];
}

/** Names that say too little, or that nobody would type. */
const known: Readonly<Record<string, string>> = { microgateway: 'airlock-microgateway', 'api-platform-gateway': 'wso2-gateway', 'application-gateway-for-containers': 'azure-application-gateway-for-containers' };
/** What features were called before. */
const renamed: Readonly<Record<string, string>> = { GatewayInfrastructurePropagation: 'GatewayInfrastructure', HTTPRouteRetry: 'HTTPRouteRetryCodes' };
/** The kind whose core a profile tests. */
const kinds: Readonly<Record<string, string>> = { 'GATEWAY-HTTP': 'HTTPRoute', HTTP: 'HTTPRoute', 'GATEWAY-GRPC': 'GRPCRoute', 'GATEWAY-TLS': 'TLSRoute', TLS: 'TLSRoute', 'GATEWAY-TCP': 'TCPRoute', 'GATEWAY-UDP': 'UDPRoute' };

function folder(): string {
  const given = process.argv.slice(2).find((it) => !it.startsWith('--'));
  if (given !== undefined) return given;
  const answer = execFileSync('go', ['mod', 'download', '-json', suiteModule], { encoding: 'utf8', env: { ...process.env, GOTOOLCHAIN: 'go1.27.0', GOFLAGS: '-mod=mod' } });
  return join((JSON.parse(answer) as { Dir: string }).Dir, 'reports');
}

function nameOf(project: string): string {
  const name = project.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  return known[name] ?? name;
}

function readReport(file: string): (ConformanceReport & { readonly mode: string }) | undefined {
  const { kind, date, gatewayAPIVersion, gatewayAPIChannel = '', mode = 'default', implementation, profiles } = parse(readFileSync(file, 'utf8')) as Published;
  // Reports of a mesh say nothing of Gateways.
  const own = (profiles ?? []).filter(({ name }) => Object.hasOwn(kinds, name));
  if (kind !== 'ConformanceReport' || own.length === 0) return undefined;
  const carried = own.filter(({ core }) => core?.result === 'success' || core?.result === 'partial');
  const features = carried.flatMap(({ name, extended }) => [kinds[name]!, ...extended?.supportedFeatures ?? []]);
  return {
    name: nameOf(implementation.project), version: String(implementation.version), date: date.slice(0, 10), gatewayApi: gatewayAPIVersion, channel: gatewayAPIChannel, mode,
    features: [...new Set(features.map((it) => renamed[it] ?? it))].filter((it) => !it.startsWith('Mesh')).sort(),
  };
}

function isNewer(a: ConformanceReport & { readonly mode: string }, b: ConformanceReport & { readonly mode: string }): boolean {
  const byRelease = compareVersions(a.gatewayApi, b.gatewayApi);
  if (byRelease !== 0) return byRelease > 0;
  if ((a.mode === 'default') !== (b.mode === 'default')) return a.mode === 'default';
  if (a.date !== b.date) return a.date > b.date;
  return a.features.length > b.features.length;
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((it) => it.replace(/^v/, '').split(/[.-]/).map(Number));
  for (let index = 0; index < 3; index++) if ((left![index] || 0) !== (right![index] || 0)) return (left![index] || 0) - (right![index] || 0);
  return 0;
}

const newest = new Map<string, ConformanceReport & { readonly mode: string }>();
const root = folder();
for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.yaml')).sort()) {
  const report = readReport(join(root, file));
  const before = report === undefined ? undefined : newest.get(report.name);
  if (report !== undefined && (before === undefined || isNewer(report, before))) newest.set(report.name, report);
}
const reports = [...newest.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).map((it): ConformanceReport => {
  const { mode: _, ...report } = it;
  return report;
});
const text = `${JSON.stringify({ source: suiteModule, reports }, null, 1).replaceAll(/\[\s+("[^\]]*?)\s+\]/g, (_, items: string) => `[${items.replaceAll(/\s*\n\s*/g, ' ')}]`)}\n`;
if (!process.argv.includes('--check')) writeFileSync(target, text);
else if (readFileSync(target, 'utf8') !== text) {
  console.error('src/explain/portable/reports.json is not what the reports say; run: node scripts/conformance-reports.ts');
  process.exitCode = 1;
}
console.log(`${reports.length} implementations`);
