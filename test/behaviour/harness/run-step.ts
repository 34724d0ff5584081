import { once } from 'node:events';
import { connect } from 'node:net';
import { X509Certificate } from 'node:crypto';
import { exchange } from '../../harness/websocket.ts';
import type { Message } from '../../harness/http-message.ts';
import type { Wire } from '../../harness/wire.ts';
import type { BehaviourCase, Expected, RequestStep, Step, WebSocketStep, WireStep } from './behaviour-case.ts';
import { pairOf } from './case-objects.ts';
import { type Answer, open, readAnswer, requestText, usualHost } from './client.ts';
import { answerMismatches, sawMismatches } from './compare.ts';
import { shareProblems, timesOf } from './shares.ts';
import type { World } from './world.ts';

/** Runs a step; the answer is what does not hold, empty where all does. */
export async function runStep(step: Step, world: World, one: BehaviourCase): Promise<string[]> {
  if ('wire' in step) return runWire(step, world);
  if ('websocket' in step) return runWebSocket(step, world);
  if ('apply' in step) return world.apply(step.apply, step.remove ?? []).then(() => []);
  if ('connect' in step) return runConnect(step.connect, step.is, world);
  if ('pods' in step) return runPods(step, world);
  if (step.times !== undefined) return runMany(step, world);
  return world.shares === 'random' && hasShares(one) ? untilItIsTheTurn(step, world, one) : runRequest(step, world, one);
}

/** Whether some rule has several backends. */
function hasShares({ manifests }: BehaviourCase): boolean {
  return manifests.some(({ spec }) => (spec as { readonly rules?: readonly { readonly backendRefs?: readonly unknown[] }[] } | undefined)?.rules?.some((it) => (it.backendRefs ?? []).length > 1));
}

/** Where chance decides which backend it is, a request is sent again until it is the one that the case says. */
async function untilItIsTheTurn(step: RequestStep, world: World, one: BehaviourCase): Promise<string[]> {
  for (let left = 40; ; left -= 1) {
    const problems = await runRequest(step, world, one);
    if (left === 0 || !problems.some((it) => it.startsWith('backend: ') || it.startsWith('status: '))) return problems;
  }
}

async function runRequest(step: RequestStep, world: World, one: BehaviourCase): Promise<string[]> {
  const expected = step.answers ?? [step.expect ?? {}];
  const seenBefore = world.pods.map((pod) => pod.seen.length);
  const place = world.placeOf(step.to);
  let wire: Wire;
  try {
    wire = await open(place, step.sni, step.tls);
  } catch (error) {
    return expected[0]?.handshake === 'fails' ? [] : [`no connection: ${String(error)}`];
  }
  if (expected[0]?.handshake === 'fails') return ['the handshake succeeded'];
  try {
    const text = step.raw ?? requestText(step.request ?? {});
    wire.socket.write(text, 'latin1');
    const problems = [...certificateProblems(wire, expected[0], one)];
    for (const want of expected) {
      const answer = await readAnswer(wire, want.head === true || (step.raw === undefined && step.request?.method === 'HEAD'));
      problems.push(...answerMismatches(answer, want));
      await checkConnection(wire, want, problems);
    }
    const seen = world.pods.flatMap((pod, index) => pod.seen.slice(seenBefore[index]).map((message) => ({ service: pod.service, message })));
    return [...problems, ...backendProblems(expected, seen)];
  } finally {
    wire.socket.destroy();
  }
}

function certificateProblems(wire: Wire, expected: Expected | undefined, one: BehaviourCase): string[] {
  const name = expected?.certificate;
  if (name === undefined) return [];
  const shown = (wire.socket as { getPeerCertificate?: () => { fingerprint256: string } }).getPeerCertificate?.().fingerprint256;
  const pairs = Object.entries(one.certificates ?? {}).map(([secret, names]) => [secret, new X509Certificate(pairOf(secret, names).certificate).fingerprint256]);
  const found = pairs.find(([, fingerprint]) => fingerprint === shown)?.[0] ?? 'none of the case';
  return found === name ? [] : [`certificate: expected ${name}, got ${found}`];
}

/** A connection that is kept answers another request; one that is closed ends with nothing more. */
async function checkConnection(wire: Wire, { connection }: Expected, problems: string[]): Promise<void> {
  if (connection === 'closed') {
    const more = await wire.rest();
    if (more.length > 0) problems.push(`connection: expected its end, got ${JSON.stringify(more.toString('latin1'))}`);
  } else if (connection === 'kept') {
    if (wire.hasEnded) {
      problems.push('connection: expected kept, got closed');
      return;
    }
    wire.socket.write(`OPTIONS /is-kept HTTP/1.1\r\nHost: ${usualHost}\r\n\r\n`);
    await readAnswer(wire, false).catch((error: unknown) => problems.push(`connection: expected kept, got ${String(error)}`));
  }
}

function backendProblems(expected: readonly Expected[], seen: readonly { readonly service: string; readonly message: Message }[]): string[] {
  const own = seen.filter(({ message }) => !message.startLine.startsWith('OPTIONS /is-kept '));
  const problems: string[] = [];
  let at = 0;
  for (const { backend, saw } of expected) {
    if (backend === 'none') {
      if (own.length > at) problems.push(`backend: expected none, got ${own[at]?.service}`);
      continue;
    }
    if (backend === undefined && saw === undefined) continue;
    const found = own[at];
    at += 1;
    if (found === undefined) problems.push(`backend: expected ${backend ?? 'one'}, got none`);
    else if (backend !== undefined && found.service !== backend) problems.push(`backend: expected ${backend}, got ${found.service}`);
    if (found !== undefined && saw !== undefined) problems.push(...sawMismatches(found.message, saw));
  }
  return problems;
}

/** Repeats a request on one connection, and counts which Service or status each answer is of. */
async function runMany(step: RequestStep, world: World): Promise<string[]> {
  const wire = await open(world.placeOf(step.to), step.sni);
  const counts: Record<string, number> = {};
  const problems: string[] = [];
  try {
    for (let sent = 0; sent < timesOf(step, world); sent += 1) {
      const before = world.pods.map((pod) => pod.seen.length);
      wire.socket.write(step.raw ?? requestText(step.request ?? {}), 'latin1');
      const answer: Answer = await readAnswer(wire, false);
      if (step.expect !== undefined) problems.push(...answerMismatches(answer, step.expect));
      const pod = world.pods.find((it, index) => it.seen.length > (before[index] ?? 0));
      const name = pod?.service ?? String(answer.status);
      counts[name] = (counts[name] ?? 0) + 1;
    }
  } finally {
    wire.socket.destroy();
  }
  return step.shares === undefined ? problems : [...problems, ...shareProblems(counts, step.shares, world)];
}

async function runWire(step: WireStep, world: World): Promise<string[]> {
  const wire = world.wires.get(step.wire) ?? await open(world.placeOf(step.to));
  world.wires.set(step.wire, wire);
  if (step.send !== undefined) wire.socket.write(step.send, 'latin1');
  if (step.receives !== undefined) {
    await wire.until(() => wire.held.includes(step.receives ?? ''), JSON.stringify(step.receives));
    await wire.take(wire.held.indexOf(step.receives) + step.receives.length);
  }
  if (step.closes === 'end') wire.socket.end();
  if (step.closes === 'abort') wire.socket.resetAndDestroy();
  if (step.ends === true) {
    const more = await wire.rest();
    if (more.length > 0) return [`wire ${step.wire}: expected its end, got ${JSON.stringify(more.toString('latin1'))}`];
  }
  return [];
}

async function runWebSocket(step: WebSocketStep, world: World): Promise<string[]> {
  const answers = await exchange({ ...world.placeOf(step.to), host: usualHost, path: step.path ?? '/' }, step.websocket);
  return JSON.stringify(answers) === JSON.stringify(step.websocket) ? [] : [`echo: expected ${JSON.stringify(step.websocket)}, got ${JSON.stringify(answers)}`];
}

async function runConnect(to: string, is: 'open' | 'refused', world: World): Promise<string[]> {
  const { address, port } = world.placeOf(to);
  const socket = connect(port, address);
  const got = await once(socket, 'connect').then(() => 'open', (error: NodeJS.ErrnoException) => (error.code === 'ECONNREFUSED' ? 'refused' : error.code));
  socket.destroy();
  return got === is ? [] : [`${to}: expected ${is}, got ${got}`];
}

async function runPods(step: Extract<Step, { pods: string }>, world: World): Promise<string[]> {
  for (const pod of world.podsOf(step.pods)) {
    const { requests = 0, aborted = 0 } = step.until ?? {};
    await pod.until(() => pod.begun >= requests && pod.aborted >= aborted);
    if (step.release === true) pod.release();
  }
  return [];
}
