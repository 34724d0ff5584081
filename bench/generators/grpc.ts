import { once } from 'node:events';
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import { setTimeout as pause } from 'node:timers/promises';
import { grpcMessage, grpcService } from '../grpc-message.ts';
import type { Latencies } from './latencies.ts';
import type { GeneratorPlan } from './plan.ts';

/** Each call stays open, and sends a message when the one before has come back. */
export async function echoGrpc(plan: GeneratorPlan, latencies: Latencies): Promise<void> {
  const sessions = Array.from({ length: plan.connections }, () => connect(`http://${plan.address}:${plan.port}`));
  let over = false;
  const failed = (kind: string): void => { if (!over) latencies.failed(kind); };
  const calls: ClientHttp2Stream[] = [];
  for (const session of sessions) {
    session.on('error', () => failed('connection'));
    await once(session, 'connect');
    for (let i = 0; i < plan.streams; i++) calls.push(call({ session, plan, latencies, failed, over: () => over }));
  }
  await pause(plan.seconds * 1000);
  over = true;
  for (const session of sessions) session.destroy();
}

interface Call {
  readonly session: ClientHttp2Session;
  readonly plan: GeneratorPlan;
  readonly latencies: Latencies;
  failed(kind: string): void;
  over(): boolean;
}

function call({ session, plan, latencies, failed, over }: Call): ClientHttp2Stream {
  const stream = session.request({
    ':method': 'POST', ':path': `/${grpcService}/Stream`, ':authority': plan.host, 'content-type': 'application/grpc', te: 'trailers',
  }, { endStream: false });
  let missing = grpcMessage.length;
  let sent = performance.now();
  stream.on('error', () => failed('stream')).on('close', () => failed('closed'));
  stream.on('data', (bytes: Buffer) => {
    missing -= bytes.length;
    if (missing > 0 || over()) return;
    const now = performance.now();
    latencies.add(now - sent);
    sent = now;
    missing = grpcMessage.length;
    stream.write(grpcMessage);
  });
  stream.write(grpcMessage);
  return stream;
}
