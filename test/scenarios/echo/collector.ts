import { createServer, connect } from 'node:net';
import { grpcCollector } from '../../../src/proxy/testing/otlp-collector.ts';

const lookMs = 200;

/** Takes OTLP over gRPC on a port of every address and prints the trace id of each span. */
export async function collect(port: number): Promise<void> {
  const collector = await grpcCollector({ after: () => undefined });
  createServer((client) => {
    const behind = connect(collector.port, '127.0.0.1');
    client.pipe(behind).pipe(client);
    client.on('error', () => behind.destroy());
    behind.on('error', () => client.destroy());
  }).listen(port, '0.0.0.0');
  let printed = 0;
  setInterval(() => {
    for (; printed < collector.spans.length; printed++) process.stdout.write(`${JSON.stringify({ traceId: collector.spans[printed]?.traceId })}\n`);
  }, lookMs);
}
