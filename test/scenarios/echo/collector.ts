import { grpcCollector } from '../../../src/proxy/testing/otlp-collector.ts';

const lookMs = 200;

/** Takes OTLP over gRPC on a port of every address and prints the trace id of each span. */
export async function collect(port: number): Promise<void> {
  const { spans } = await grpcCollector({ after: () => undefined }, { place: { port, host: '0.0.0.0' } });
  let printed = 0;
  setInterval(() => {
    for (; printed < spans.length; printed++) process.stdout.write(`${JSON.stringify({ traceId: spans[printed]?.traceId })}\n`);
  }, lookMs);
}
