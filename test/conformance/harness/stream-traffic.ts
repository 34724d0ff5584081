import { X509Certificate } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline/promises';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import type { StreamCase } from './expectation.ts';
import type { StreamEcho } from './stream-pod.ts';
import { welcome } from './stream-pod.ts';
import type { Door } from './traffic.ts';

const atOnce = 8;
/** A datagram that is not answered in this time counts as lost. */
const answerMs = 5000;

interface Seen extends StreamEcho {
  readonly service?: string;
  readonly isTls?: boolean;
}

function open(one: StreamCase, door: Door): Socket {
  const { address: host, port } = door;
  if (one.over === 'tcp') return connect({ host, port });
  const wanted = door.certificate === undefined ? undefined : new X509Certificate(door.certificate).fingerprint256;
  return connectSecurely({
    host, port, servername: one.serverName ?? '', ...(door.certificate === undefined ? {} : { ca: door.certificate }),
    checkServerIdentity: (_, shown) => (shown.fingerprint256 === wanted ? undefined : new Error(`another certificate is shown for ${one.serverName}`)),
  });
}

/** The conversation of the suite's TCP client: the server speaks first. */
async function talk(one: StreamCase, door: Door): Promise<Seen> {
  const socket = open(one, door);
  let problem = new Error('the connection was closed');
  socket.on('error', (error) => { problem = error; });
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const read = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw problem;
    return line.value;
  };
  const ask = (line: string): Promise<string> => {
    socket.write(`${line}\n`);
    return read();
  };
  try {
    const greeting = await read();
    if (`${greeting}\n` !== welcome) throw new Error(`the greeting was ${JSON.stringify(greeting)}`);
    const pong = await ask('PING');
    if (pong !== 'PONG') throw new Error(`PING was answered ${JSON.stringify(pong)}`);
    const isTls = (await ask('IS_TLS')) === 'true';
    return { ...(JSON.parse(await ask('TEST')) as StreamEcho), isTls };
  } finally {
    socket.destroy();
  }
}

/** One datagram from a port of its own, and its answer. */
async function probe(door: Door): Promise<Seen> {
  const socket = createSocket('udp4');
  try {
    socket.connect(door.port, door.address);
    await once(socket, 'connect');
    socket.send('gateway-api-conformance-udp-echo');
    const [datagram] = await once(socket, 'message', { signal: AbortSignal.timeout(answerMs) });
    return JSON.parse(String(datagram)) as Seen;
  } finally {
    socket.close();
  }
}

/** A refusal is an end or a reset in the handshake; a TLS alert is none, and an accepted connection alone is none. */
async function refusal(one: StreamCase, door: Door): Promise<string[]> {
  const socket = open(one, door) as TLSSocket;
  try {
    const outcome = await new Promise<string>((resolve) => {
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      socket.once('secureConnect', () => resolve('a handshake'));
      socket.once('close', () => resolve('ECONNRESET'));
    });
    return outcome === 'ECONNRESET' ? [] : [`the connection closed or reset, got ${outcome}`];
  } finally {
    socket.destroy();
  }
}

function differences({ expect }: StreamCase, seen: Seen): string[] {
  const problems: string[] = [];
  if (expect.backend !== undefined && !seen.pod.startsWith(`${expect.backend}-`)) problems.push(`backend ${expect.backend}, got ${seen.pod}`);
  for (const field of ['namespace', 'service', 'isTls', 'serverName'] as const) {
    if (expect[field] !== undefined && seen[field] !== expect[field]) problems.push(`${field} ${expect[field]}, got ${seen[field]}`);
  }
  return problems;
}

function shareProblems(expected: { readonly [backend: string]: number }, pods: readonly string[]): string[] {
  const shares = Object.entries(expected).map(([backend, share]) => ({ backend, share, got: pods.filter((pod) => pod.startsWith(`${backend}-`)).length }));
  const strangers = pods.length - shares.reduce((sum, { got }) => sum + got, 0);
  return [
    ...shares.filter(({ share, got }) => Math.abs(got / pods.length - share) > 0.05).map(({ backend, share, got }) => `${share} of the traffic at ${backend}, got ${got / pods.length}`),
    ...(strangers === 0 ? [] : [`only the weighted backends, got ${strangers} times another`]),
  ];
}

/** Runs one case; the answer is what does not hold, empty where it passes. */
export async function streamFailures(one: StreamCase, door: Door): Promise<string[]> {
  if (one.expect.refused === true) return refusal(one, door);
  const seen: Seen[] = [];
  let left = one.repeat ?? 1;
  try {
    await Promise.all(Array.from({ length: Math.min(left, atOnce) }, async () => {
      while (left-- > 0) seen.push(await (one.over === 'udp' ? probe(door) : talk(one, door)));
    }));
  } catch (error) {
    return [`an answer, got ${String(error)}`];
  }
  if (one.expect.shares !== undefined) return shareProblems(one.expect.shares, seen.map(({ pod }) => pod));
  return [...new Set(seen.flatMap((echo) => differences(one, echo)))];
}
