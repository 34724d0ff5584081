/** HTTP/2 attacks on real sockets: the connection ends or goes on by the rules, memory stays bounded, and others are served meanwhile. */
import assert from 'node:assert/strict';
import { after, before, test, type TestContext } from 'node:test';
import { preface } from '../../../src/proxy/http2/frames.ts';
import { frame, framesOf } from '../../../src/proxy/http2/testing/frames.ts';
import { type Attack, attacks } from './http2-attacks.ts';
import { serveElsewhere, type ServedElsewhere } from './proxy-process.ts';
import { Bystanders, irFor, plainSocket, politeBackend, pushOut } from './rig.ts';

/** More than any of these may cost one connection, and much less than what each of them sends or asks for. */
const mostBytes = 64 << 20;
const ends: (() => unknown)[] = [];
const whole = { after: (end: () => unknown): void => { ends.unshift(end); } };
let served: ServedElsewhere;
let bystanders: Bystanders;

before(async () => {
  const port = await politeBackend(whole);
  const ir = irFor({ endpoints: [{ address: '127.0.0.1', port, ready: true }] });
  served = await serveElsewhere(whole, { ir, settings: { timeouts: { writeMs: 1000, bodyMs: 1000, headMs: 2000 } } });
});

after(async () => {
  for (const end of ends) await end();
});

/** Streams that have come to their end, by a frame that says so. */
function endedStreams(received: string): number {
  return new Set(framesOf(received).filter(({ type, flags }) => type === 3 || (type < 2 && (flags & 1) === 1)).map(({ stream }) => stream)).size;
}

/** Carries an attack out and answers what came back, once the connection has ended or has proved that it goes on. */
async function carryOut(t: TestContext, { settings = frame(4, 0, 0), round, rounds, isDeaf, outcome }: Attack): Promise<string> {
  const { stats: { connections } } = await served.report();
  const socket = await plainSocket(t, served.port);
  const most = typeof outcome === 'object' ? outcome.streams : Infinity;
  let received = '';
  let isAsked = false;
  socket.on('data', (piece: Buffer) => {
    received += piece.toString('latin1');
    if (framesOf(received).some(({ type, flags }) => type === 7 || (isAsked && type === 6 && flags === 1))) socket.destroy();
    else if (!isAsked && endedStreams(received) >= most) isAsked = socket.write(frame(6, 0, 0, '00000000000000aa')) || true;
  });
  if (isDeaf === true) socket.pause();
  // A deaf attacker does not see that it was cut.
  const isCut = served.until(({ stats }) => stats.connections > connections && stats.activeConnections <= bystanders.count).then(() => false);
  let goesOn = await pushOut(socket, Buffer.concat([Buffer.from(preface), settings]));
  for (let index = 0; index < rounds && goesOn; index++) goesOn = await Promise.race([pushOut(socket, round(index)), isCut]);
  await isCut;
  return received;
}

for (const attack of attacks) {
  test(attack.name, { timeout: 60_000 }, async (t) => {
    bystanders = new Bystanders(t, served.port);
    await bystanders.ask();
    const { peakBytes } = await served.report();
    let isOver = false;
    const [received] = await Promise.all([carryOut(t, attack).finally(() => { isOver = true; }), bystanders.askWhile(() => !isOver)]);
    const { peakBytes: peak } = await served.until(({ stats }) => stats.activeRequests === 0);
    assert.ok(peak - peakBytes < mostBytes, `memory rose by ${((peak - peakBytes) / (1 << 20)).toFixed(0)} MiB`);
    const goAway = framesOf(received).find(({ type }) => type === 7);
    if (typeof attack.outcome === 'number' && attack.isDeaf !== true) assert.equal(goAway?.payload.readUInt32BE(4), attack.outcome);
    if (typeof attack.outcome === 'object') assert.deepEqual([endedStreams(received), goAway], [attack.outcome.streams, undefined]);
    assert.equal(served.output(), '');
  });
}
