import type { GrpcCase } from './expectation.ts';
import { framed, type GrpcEcho, unframed } from './grpc-pod.ts';
import { exchangeHttp2 } from './http2-traffic.ts';
import type { Door } from './traffic.ts';

interface GrpcAnswer {
  readonly code: number;
  readonly echo?: GrpcEcho;
}

const service = 'gateway_api_conformance.echo_basic.grpcecho.GrpcEcho';

async function call(one: GrpcCase, door: Door): Promise<GrpcAnswer> {
  const metadata = Object.fromEntries(Object.entries(one.metadata ?? {}).map(([name, value]) => [name.toLowerCase(), value]));
  const { headers, trailers, body } = await exchangeHttp2(door, {
    ':method': 'POST', ':path': `/${service}/${one.method}`, ':authority': one.authority ?? `${door.knownAddress}:${door.knownPort}`,
    'content-type': 'application/grpc', 'te': 'trailers', 'grpc-timeout': '10S', ...metadata,
  }, { body: framed({}) });
  if (Number(headers[':status']) !== 200) throw new Error(`HTTP status ${headers[':status']}`);
  const code = Number(trailers['grpc-status'] ?? headers['grpc-status']);
  return { code, ...(code === 0 ? { echo: unframed(body) as GrpcEcho } : {}) };
}

/** CompareResponse of the suite's grpc.go. */
function mismatches(one: GrpcCase, { code, echo }: GrpcAnswer): string[] {
  const { expect } = one;
  if (code !== (expect.code ?? 0)) return [`status ${expect.code ?? 0}, got ${code}`];
  if (echo === undefined) return [];
  const valuesOf = (name: string): string => echo.headers.filter(([key]) => key === name.toLowerCase()).map(([, value]) => value).join();
  const facts: [string, string, string][] = [
    ['namespace', expect.namespace ?? 'gateway-conformance-infra', echo.namespace], ['method', `/${service}/${one.method}`, echo.method],
    ...(one.authority === undefined ? [] : [['authority', one.authority, echo.authority] as [string, string, string]]),
    ...Object.entries(expect.headers ?? {}).map(([name, value]): [string, string, string] => [`header ${name}`, value, valuesOf(name)]),
  ];
  return [
    ...facts.filter(([, wanted, got]) => wanted !== got.replaceAll(', ', ',')).map(([name, wanted, got]) => `${name} ${wanted}, got ${got}`),
    ...(echo.pod.startsWith(expect.backend ?? '') ? [] : [`a pod of ${expect.backend}, got ${echo.pod}`]),
    ...(expect.absent ?? []).filter((name) => valuesOf(name) !== '').map((name) => `no header ${name}, got ${valuesOf(name)}`),
  ];
}

/** Weights over many calls, ±5 points absolute, as the suite's weight.go. */
async function shares(one: GrpcCase, door: Door): Promise<string[]> {
  const counts = new Map<string, number>();
  const total = one.repeat ?? 1;
  for (let sent = 0; sent < total; sent += 1) {
    const { code, echo } = await call(one, door);
    const backend = Object.keys(one.expect.shares ?? {}).find((name) => echo?.pod.startsWith(name)) ?? `status ${code}`;
    counts.set(backend, (counts.get(backend) ?? 0) + 1);
  }
  const problems = Object.entries(one.expect.shares ?? {}).filter(([backend, share]) => {
    const got = (counts.get(backend) ?? 0) / total;
    return share === 0 ? got > 0 : Math.abs(got - share) > 0.05;
  });
  return problems.map(([backend, share]) => `${share} of the calls at ${backend}, got ${(counts.get(backend) ?? 0) / total}`);
}

/** Runs one case; the answer is what does not hold, empty where it passes. */
export async function grpcFailures(one: GrpcCase, door: Door): Promise<string[]> {
  return one.repeat === undefined ? mismatches(one, await call(one, door)) : shares(one, door);
}
