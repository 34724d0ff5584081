/** The console's views over manifests, without a program around them. */
import { type AttachSettings, endpointFindings } from '../../src/attach/index.ts';
import { ConsoleViews } from '../../src/cli/console/console-views.ts';
import { syntheticObject } from '../../src/cli/synthetic-object.ts';
import type { MetricFamily, Snapshot } from '../../src/contract/index.ts';
import { type Applied, assumeServed, compile } from '../../src/controller/index.ts';
import { lower } from '../../src/lower/index.ts';
import type { Model } from '../../src/model/index.ts';
import { statusDocuments } from '../../src/status/index.ts';

export interface ConsoleParts {
  readonly settings: AttachSettings;
  readonly metrics?: () => Promise<readonly MetricFamily[]>;
  readonly now?: () => number;
  /** Lines of the access log. */
  readonly lines?: readonly string[];
}

/** What is in force where every address and port is free, and Services of which no EndpointSlice speaks have an endpoint. */
export function appliedOf(snapshot: Snapshot, settings: AttachSettings, revision = 1): Applied {
  const objects = [...snapshot.objects, ...slicesFor(compile(snapshot, settings).model)];
  const { model, graph, findings, dangling } = compile({ objects, findings: snapshot.findings }, settings);
  const { placement, report } = assumeServed(graph, '127.0.10.0/24');
  const statuses = statusDocuments(graph, { placement, report, now: '2026-01-01T00:00:00Z' });
  return { revision, model, changes: undefined, graph, placement, ir: lower(graph, placement), report, statuses, statusChange: { gone: [], come: statuses }, findings: [...findings, ...endpointFindings(dangling, graph)] };
}

export function consoleOf(applied: () => Applied, { settings, metrics, now, lines }: ConsoleParts): ConsoleViews {
  return new ConsoleViews(() => [{ name: 'test', title: 'test', applied, settings: () => settings, ...(metrics === undefined ? {} : { metrics }), ...(now === undefined ? {} : { now }),
    ...(lines === undefined ? {} : { lines: (since) => Promise.resolve({ lines: since === 0 ? [] : lines.slice(since - 1), next: since === 0 ? 1 : lines.length + 1 }) }) }]);
}

function slicesFor({ objects }: Model): Snapshot['objects'] {
  const spoken = new Set([...objects.EndpointSlice.values()].map(({ ref, object }) => `${ref.namespace}/${object.metadata.labels?.['kubernetes.io/service-name'] ?? ''}`));
  return [...objects.Service.values()].filter(({ key }) => !spoken.has(key)).map(({ ref: { namespace, name }, object }) => syntheticObject({
    apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { name: `${name}-made-up`, namespace, labels: { 'kubernetes.io/service-name': name } },
    endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready: true }, targetRef: { kind: 'Pod', name: `${name}-0` } }],
    ports: (object.spec.ports ?? []).map((it) => ({ name: it.name ?? '', port: 8080, protocol: it.protocol ?? 'TCP' })),
  }));
}
