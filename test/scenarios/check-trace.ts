import { grpcCollector, type ReceivedSpan } from '../../src/proxy/testing/otlp-collector.ts';
import type { Certificates } from './certificates.ts';
import { checkRequest } from './check-request.ts';
import { CheckFailed, type Check, type Scenario } from './check.ts';
import { prepare, serveFor } from './world.ts';

const patienceMs = 20_000;

/** Puts a receiver of OTLP behind the Service that `given` names, sends the check's requests, and waits for the span that it asks for. */
export async function checkTrace(check: Check, scenario: Scenario, certificates: Certificates): Promise<undefined> {
  const [, namespace, name] = /^an OTLP receiver behind (\S+)\/(\S+)$/.exec(check.given ?? '') ?? [];
  if (namespace === undefined || name === undefined) throw new CheckFailed(`the runner does not know the state "${check.given}"`);
  const span = check.expect?.['span'] as { readonly traceId: string } | undefined;
  if (span === undefined) throw new CheckFailed('the check names no span');
  const ends: (() => void)[] = [];
  const collector = await grpcCollector({ after: (end) => ends.push(end) });
  try {
    const manifests = await prepare(scenario, certificates, (it) => it.add('given.yaml', {
      apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4', metadata: { namespace, name: `${name}-given`, labels: { 'kubernetes.io/service-name': name } },
      ports: [{ name: 'otlp-grpc', port: collector.port, protocol: 'TCP' }], endpoints: [{ addresses: ['127.0.0.1'] }],
    } as never));
    await serveFor(scenario, { manifests, certificates }, (world) => checkRequest(check, world));
    // The process has ended, and has sent what waited.
    await untilSpan(collector.spans, span.traceId);
  } finally {
    for (const end of ends) end();
  }
  return undefined;
}

async function untilSpan(spans: readonly ReceivedSpan[], traceId: string): Promise<void> {
  const end = Date.now() + patienceMs;
  while (!spans.some((span) => span.traceId === traceId)) {
    if (Date.now() > end) throw new CheckFailed(`no span of trace ${traceId} came; there are ${spans.length} of others`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
