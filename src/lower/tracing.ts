import type { BackendNode, Graph, TelemetryPolicyNode } from '../attach/index.ts';
import { Redacted } from '../base/index.ts';
import { refKey } from '../contract/index.ts';
import type { SpanAttribute, Tracing, TracingKey } from '../ir/index.ts';

export interface LoweredTracings {
  readonly tracings: Readonly<Record<TracingKey, Tracing>>;
  /** By key of the Gateway. */
  readonly byGateway: ReadonlyMap<string, TracingKey>;
}

/** The policies that are in force and have a collector. The others trace nothing: without a mode that says so, Postern does not. */
export function lowerTracings(graph: Graph): LoweredTracings {
  const tracings: Record<TracingKey, Tracing> = {};
  const byGateway = new Map<string, TracingKey>();
  for (const node of graph.telemetryPolicies) {
    const tracing = lowerTracing(node, graph);
    const gateways = node.targets.filter((it) => it.accepted.ok).map(({ gateway }) => `${gateway.namespace}/${gateway.name}`);
    if (tracing === undefined) continue;
    tracings[refKey(node.ref)] = tracing;
    for (const gateway of gateways) byGateway.set(gateway, refKey(node.ref));
  }
  return { tracings, byGateway };
}

function lowerTracing({ policy, ref, collector, unknownAttributes }: TelemetryPolicyNode, graph: Graph): Tracing | undefined {
  const { tracing } = policy.object.spec;
  const backend = collector === undefined ? undefined : graph.backends.get(collector);
  if (collector === undefined || backend === undefined || tracing?.mode !== 'Enabled') return undefined;
  const { provider, samplingRate, parentBasedSampling: parent, serviceName, spanName, attributes = [] } = tracing;
  return {
    collector,
    protocol: backend.protocol === 'h2c' ? 'grpc' : 'http',
    authority: authorityOf(backend),
    headers: (provider?.headers ?? []).map(({ name, value }) => ({ name: name.toLowerCase(), value: new Redacted(value) })),
    share: shareOf(samplingRate),
    // What the API leaves to us: the caller's decision counts, as it does in OpenTelemetry unless somebody says otherwise.
    ...(parent?.mode === 'Disabled' ? {} : { parentShare: shareOf(parent?.samplingRate) }),
    ...(serviceName === undefined ? {} : { serviceName }),
    ...(spanName === undefined ? {} : { spanName }),
    attributes: attributes.filter(({ name }) => !unknownAttributes.includes(name)).map(lowerAttribute),
    origin: ref,
  };
}

/** The name that the collector's certificate is for, the name that it is resolved by, or its own in the cluster. */
function authorityOf({ service, port, tls, endpoints }: BackendNode): string {
  const external = endpoints.length === 1 && !/^[\d.]+$|:/.test(endpoints[0]!.address) ? endpoints[0]!.address : undefined;
  const host = typeof tls === 'object' ? tls.serverName : external ?? `${service.name}.${service.namespace}`;
  return `${host}:${port}`;
}

/** Without a rate everything is sampled. */
function shareOf(rate: { readonly numerator: number; readonly denominator: number } | undefined): number {
  return rate === undefined ? 1 : rate.numerator / rate.denominator;
}

type Attribute = NonNullable<NonNullable<TelemetryPolicyNode['policy']['object']['spec']['tracing']>['attributes']>[number];

function lowerAttribute({ name, sourceType, literalValue = '', headerName = '', attributeKey = '' }: Attribute): SpanAttribute {
  switch (sourceType) {
    case 'Literal': return { name, kind: 'literal', value: literalValue };
    case 'Header': return { name, kind: 'header', header: headerName.toLowerCase() };
    case 'Attribute': return { name, kind: 'attribute', key: attributeKey };
  }
}
